import { Button } from '@mantine/core';
import { IconMap2 } from '@tabler/icons-react';
import { Link } from 'wouter';
import { Page } from '../shared/PageHeader.tsx';
import { EmptyState } from '../shared/PageStates.tsx';

/** An address that leads nowhere. */
export function NotFoundPage() {
  return (
    <Page>
      <EmptyState
        icon={IconMap2}
        title="There is no page here"
        action={
          <Button component={Link} href="/flows">
            To your flows
          </Button>
        }
      >
        The address may be mistyped, or what it showed was deleted.
      </EmptyState>
    </Page>
  );
}
