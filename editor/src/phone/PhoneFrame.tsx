import { IconAntennaBars5, IconBattery3, IconWifi } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useNowMs } from '../shared/RelativeTime.tsx';
import { useSandboxClock } from './phone-queries.ts';
import classes from './PhoneFrame.module.css';

/** The body of the phone: bezel, status bar with the sandbox's time, and what is on the screen. */
export function PhoneFrame({ isDark, children }: { isDark: boolean; children: ReactNode }) {
  const nowMs = usePhoneNowMs();
  return (
    <div className={classes['bezel']} data-phone-scheme={isDark ? 'dark' : 'light'} data-testid="phone-frame">
      <div className={classes['glass']}>
        <div className={classes['status']} aria-hidden>
          <span className={classes['time']}>
            {new Date(nowMs).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}
          </span>
          <span className={classes['island']} />
          <span className={classes['signs']}>
            <IconAntennaBars5 size={15} stroke={2.4} />
            <IconWifi size={15} stroke={2.4} />
            <IconBattery3 size={18} stroke={1.9} />
          </span>
        </div>
        {children}
        <div className={classes['home']} aria-hidden />
      </div>
    </div>
  );
}

/** The present by the sandbox's clock, which can run ahead. */
export function usePhoneNowMs(): number {
  const now = useNowMs();
  const { data } = useSandboxClock();
  return now + (data?.offsetMs ?? 0);
}
