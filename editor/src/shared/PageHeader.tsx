import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './PageHeader.module.css';

/** Title of a page, one line of what it is for, and its actions. Also sets the title of the browser tab. */
export function PageHeader({ title, lead, actions }: { title: string; lead?: ReactNode; actions?: ReactNode }) {
  return (
    <header className={classes['header']}>
      <title>{`${title} · Heddle`}</title>
      <div className={classes['words']}>
        <Title order={1} className={classes['title']}>
          {title}
        </Title>
        {lead !== undefined && (
          <Text c="dimmed" size="sm" maw={640}>
            {lead}
          </Text>
        )}
      </div>
      {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
    </header>
  );
}

/** The padded column that a list or settings page stands in. */
export function Page({ children, width = 1180 }: { children: ReactNode; width?: number }) {
  return (
    <div className={classes['page']} style={{ maxWidth: width }}>
      {children}
    </div>
  );
}
