import { Anchor, Group, Text } from '@mantine/core';
import { Link } from 'wouter';
import { ColorSchemeToggle } from '../app/ColorSchemeToggle.tsx';
import { LogoMark } from '../app/Logo.tsx';
import { Phone } from './Phone.tsx';
import classes from './PhonePage.module.css';

/** The practice phone with everything around it, in a tab of its own. */
export function PhonePage() {
  return (
    <div className={classes['page']}>
      <title>Practice phone · Heddle</title>
      <header className={classes['header']}>
        <Group gap={10} wrap="nowrap">
          <LogoMark size={26} />
          <div>
            <Text fw={650} lh={1.2} component="h1" m={0} fz={16}>
              Practice phone
            </Text>
            <Text size="xs" c="dimmed" lh={1.3}>
              You are the customer. Your flows answer from the other side.
            </Text>
          </div>
        </Group>
        <Group gap="sm" wrap="nowrap">
          <Anchor component={Link} href="/flows" size="sm" style={{ whiteSpace: 'nowrap' }}>
            To your flows
          </Anchor>
          <ColorSchemeToggle />
        </Group>
      </header>
      <main className={classes['main']}>
        <Phone layout="page" />
      </main>
    </div>
  );
}
