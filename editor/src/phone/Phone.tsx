import { Center, Loader } from '@mantine/core';
import type { PersonaView } from '@heddle/nodes/instagram-customer';
import { IconDeviceMobileOff } from '@tabler/icons-react';
import { toProblem } from '../api/api-problem.ts';
import { EmptyState, ErrorState } from '../shared/PageStates.tsx';
import { PhoneTools } from './PhoneTools.tsx';
import { PersonaPicker } from './PersonaPicker.tsx';
import { PhoneScreen } from './PhoneScreen.tsx';
import { usePersonas, useSandboxInfo } from './phone-queries.ts';
import { usePhoneChoice } from './use-phone-choice.ts';
import classes from './Phone.module.css';

export interface PhoneProps {
  /** `docked`: a column of about 340 px beside the canvas. `page`: with people at the left and switches at the right. */
  readonly layout: 'docked' | 'page';
  /** The account to write to, by its id at the platform (`externalId` of the connection); the sandbox's first when left out. */
  readonly accountExternalId?: string;
}

/** A phone on which one plays a customer of the Instagram sandbox: comments, messages, taps. Live. */
export function Phone({ layout, accountExternalId }: PhoneProps) {
  const info = useSandboxInfo();
  if (info.isPending) {
    return (
      <Center mih={240}>
        <Loader type="dots" aria-label="Loading the phone" />
      </Center>
    );
  }
  if (info.isError) {
    return toProblem(info.error).status === 404 ? (
      <SandboxOff />
    ) : (
      <ErrorState error={info.error} onRetry={() => void info.refetch()} />
    );
  }
  const account = info.data.accounts.find((item) => item.id === accountExternalId) ?? info.data.accounts[0];
  if (account === undefined) return <SandboxOff />;
  return <PhoneOfAccount key={account.id} layout={layout} accountId={account.id} />;
}

function SandboxOff() {
  return (
    <EmptyState icon={IconDeviceMobileOff} title="The practice phone is off">
      It works only while Heddle practises with its own imitation of Instagram.
    </EmptyState>
  );
}

function PhoneOfAccount({ layout, accountId }: { layout: PhoneProps['layout']; accountId: string }) {
  const personas = usePersonas(accountId);
  const choice = usePhoneChoice();
  if (personas.isError) return <ErrorState error={personas.error} onRetry={() => void personas.refetch()} />;
  const persona: PersonaView | undefined =
    personas.data?.find((item) => item.id === choice.personaId) ?? personas.data?.[0];
  if (personas.data === undefined || persona === undefined) {
    return (
      <Center mih={240}>
        <Loader type="dots" aria-label="Loading people" />
      </Center>
    );
  }
  const screen = <PhoneScreen key={persona.id} accountId={accountId} persona={persona} isDark={choice.isDark} />;
  if (layout === 'docked') {
    return (
      <div className={classes['docked']} data-testid="phone">
        <div className={classes['dockBar']}>
          <PersonaPicker personas={personas.data} persona={persona} onChoose={choice.setPersonaId} />
          <PhoneTools accountId={accountId} persona={persona} isDark={choice.isDark} onDarkChange={choice.setIsDark} />
        </div>
        <div className={classes['dockedFrame']}>{screen}</div>
      </div>
    );
  }
  return (
    <div className={classes['wide']} data-testid="phone">
      <PersonaPicker personas={personas.data} persona={persona} onChoose={choice.setPersonaId} isList />
      <div className={classes['pageFrame']}>{screen}</div>
      <PhoneTools
        accountId={accountId}
        persona={persona}
        isDark={choice.isDark}
        onDarkChange={choice.setIsDark}
        isPanel
      />
    </div>
  );
}
