import {
  Anchor,
  Group,
  SegmentedControl,
  Stack,
  Text,
  useMantineColorScheme,
  type MantineColorScheme,
} from '@mantine/core';
import { IconBook2, IconExternalLink } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useSession } from '../api/session-queries.ts';
import { Page, PageHeader } from '../shared/PageHeader.tsx';
import { LoadingRows } from '../shared/PageStates.tsx';
import { AccountForm } from './AccountForm.tsx';
import { ApiKeys } from './ApiKeys.tsx';
import { MessagingRulesForm } from './MessagingRulesForm.tsx';
import { PasswordForm } from './PasswordForm.tsx';
import classes from './SettingsPage.module.css';

const SCHEMES: { value: MantineColorScheme; label: string }[] = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'auto', label: 'Like my device' },
];

const ROLE_WORDS = {
  owner: 'Owner: may do everything',
  editor: 'Editor: may change flows and connections',
  viewer: 'Viewer: may look at everything',
} as const;

/** Workspace, the member's own account and password, look, API keys. */
export function SettingsPage() {
  const { data: session } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Page width={820}>
      <PageHeader title="Settings" />
      {session === undefined ? (
        <LoadingRows rows={3} height={120} />
      ) : (
        <Stack gap="md">
          <Section
            title="Workspace"
            lead="Everything in Heddle belongs to a workspace: flows, contacts, connections and keys."
          >
            <dl className={classes['facts']}>
              <Fact term="Name">{session.workspace.name}</Fact>
              <Fact term="Your role">{ROLE_WORDS[session.role]}</Fact>
              <Fact term="Instagram">
                {session.isSandboxOn ? 'Practice mode: played by an imitation on this machine' : 'The real one'}
              </Fact>
              <Fact term="AI provider">
                {session.hasAi ? 'Set up' : 'Not set up: AI nodes take their fallback exit'}
              </Fact>
            </dl>
          </Section>
          <Section
            title="Messaging rules"
            lead="They hold for every flow and every account, on top of the rules of the platforms."
          >
            <MessagingRulesForm mayChange={session.role !== 'viewer'} />
          </Section>
          <Section title="Your account" lead="What you are called here, and what you sign in with.">
            <AccountForm key={`${session.member.name} ${session.member.email}`} member={session.member} />
          </Section>
          <Section
            title="Password"
            lead={
              session.member.hasPassword
                ? 'Changing it signs out every other browser.'
                : 'You came in by the one-time link. Set a password so that you can sign in without the link.'
            }
          >
            <PasswordForm key={String(session.member.hasPassword)} member={session.member} />
          </Section>
          <Section title="Look" lead="For this browser only.">
            <SegmentedControl data={SCHEMES} value={colorScheme} onChange={setColorScheme} aria-label="Colours" />
          </Section>
          <Section
            title="API keys"
            lead="For other programs that work with this workspace: import and publish flows, read runs and contacts."
          >
            <ApiKeys isOwner={session.role === 'owner'} />
            <Anchor href="/api/openapi.json" target="_blank" size="sm" mt="md" display="block" w="fit-content">
              <Group gap={6}>
                <IconBook2 size={16} aria-hidden />
                Description of the API (OpenAPI 3.1)
                <IconExternalLink size={14} aria-hidden />
              </Group>
            </Anchor>
          </Section>
        </Stack>
      )}
    </Page>
  );
}

function Section({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <section className={classes['section']}>
      <h2>{title}</h2>
      <Text size="sm" c="dimmed" mb="md">
        {lead}
      </Text>
      {children}
    </section>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
