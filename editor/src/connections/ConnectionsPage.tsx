import { Alert, Button, SimpleGrid } from '@mantine/core';
import { IconAlertTriangle, IconBrandInstagram, IconCheck, IconPlug } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { useHasRole, useSession } from '../api/session-queries.ts';
import { notifyProblem } from '../shared/notify.tsx';
import { Page, PageHeader } from '../shared/PageHeader.tsx';
import { EmptyState, ErrorState, LoadingRows } from '../shared/PageStates.tsx';
import { ConnectionCard } from './ConnectionCard.tsx';
import { useConnectionActions, useConnections } from './connection-queries.ts';
import { parseOAuthReturn, type OAuthReturn } from './oauth-return.ts';

/** The accounts that flows may act for. */
export function ConnectionsPage() {
  const list = useConnections();
  const isEditor = useHasRole('editor');
  const items = list.data?.items ?? [];
  const connect = <ConnectButton />;
  return (
    <Page>
      <PageHeader
        title="Connections"
        lead="The accounts your flows listen to and answer for."
        actions={isEditor && connect}
      />
      <ReturnMessage />
      <SandboxNote />
      {list.isPending && <LoadingRows rows={2} height={210} />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {list.data !== undefined && items.length === 0 && (
        <EmptyState icon={IconPlug} title="No account is connected" action={isEditor && connect}>
          Connect an Instagram professional account. Heddle asks for as little access as it needs, and you can take it
          back at any time.
        </EmptyState>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        {items.map((connection) => (
          <ConnectionCard key={connection.id} connection={connection} isEditor={isEditor} />
        ))}
      </SimpleGrid>
    </Page>
  );
}

function ConnectButton() {
  const { connectInstagram } = useConnectionActions();
  return (
    <Button
      leftSection={<IconBrandInstagram size={18} />}
      loading={connectInstagram.isPending || connectInstagram.isSuccess}
      onClick={() =>
        connectInstagram.mutate(undefined, {
          onSuccess: ({ url }) => window.location.assign(url),
          onError: notifyProblem,
        })
      }
      data-testid="connect-instagram"
    >
      Connect Instagram
    </Button>
  );
}

/** How the visit to the platform's pages ended. Kept while the page is open; the address is cleaned so that a reload does not say it again. */
function ReturnMessage() {
  const [search] = useSearchParams();
  const [, navigate] = useLocation();
  const [result, setResult] = useState<OAuthReturn | null>(() => parseOAuthReturn(search));
  const list = useConnections();
  useEffect(() => {
    if (result !== null) navigate('/connections', { replace: true });
  }, [result, navigate]);
  if (result === null) return null;
  const close = () => setResult(null);
  if (result.kind === 'failed') {
    return (
      <Alert
        color="red"
        variant="light"
        radius="lg"
        mb="md"
        icon={<IconAlertTriangle />}
        title={result.message}
        withCloseButton
        closeButtonLabel="Close"
        onClose={close}
        role="alert"
        data-testid="oauth-error"
      >
        {result.remedy}
      </Alert>
    );
  }
  const connection = list.data?.items.find((item) => item.id === result.connectionId);
  return (
    <Alert
      color="green"
      variant="light"
      radius="lg"
      mb="md"
      icon={<IconCheck />}
      title={connection === undefined ? 'The account is connected' : `@${connection.username} is connected`}
      withCloseButton
      closeButtonLabel="Close"
      onClose={close}
      role="status"
      data-testid="oauth-connected"
    >
      {connection !== undefined && connection.missingScopes.length > 0
        ? 'Some access was not granted; the card below says what will not work without it.'
        : 'Flows can use it at once.'}
    </Alert>
  );
}

function SandboxNote() {
  const { data: session } = useSession();
  if (session?.isSandboxOn !== true) return null;
  return (
    <Alert variant="light" color="weave" radius="lg" mb="md">
      You are practising: Instagram is played by a strict imitation on this machine, so nothing reaches real people.
      “Connect Instagram” goes through the imitation's sign-in pages too.
    </Alert>
  );
}
