import { IconChevronLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './PhoneTopBar.module.css';

/** The bar above a screen: back, what it is, and room for a note. */
export function PhoneTopBar({
  onBack,
  picture,
  title,
  note,
  children,
}: {
  onBack: () => void;
  picture?: string;
  title: string;
  note?: string | undefined;
  children?: ReactNode;
}) {
  return (
    <div className={classes['bar']}>
      <button type="button" onClick={onBack} className={classes['back']} aria-label="Back" data-testid="phone-back">
        <IconChevronLeft size={26} stroke={1.8} />
      </button>
      {picture !== undefined && <img src={picture} alt="" className={classes['picture']} />}
      <div className={classes['words']}>
        <b>{title}</b>
        {note !== undefined && <span>{note}</span>}
      </div>
      {children}
    </div>
  );
}
