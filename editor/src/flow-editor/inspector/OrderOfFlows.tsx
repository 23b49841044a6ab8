import { Anchor, Group, Text } from '@mantine/core';
import { IconTrophy } from '@tabler/icons-react';
import { orderOfFlows } from '@heddle/engine';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { useEditor } from '../store/editor-context.ts';

/** Which flow gets an event that several live flows want, before it happens. Nothing when nobody competes. */
export function OrderOfFlows() {
  const document = useEditor((state) => state.document);
  const catalog = useEditor((state) => state.catalog);
  const facts = useEditor((state) => state.status.lintFacts);
  const bindings = useEditor((state) => state.bindings);
  const orders = useMemo(() => {
    const bound = Object.entries(bindings.connections).filter((entry): entry is [string, string] => entry[1] !== null);
    return orderOfFlows(document, catalog.registry, {
      ...facts,
      inputs: bindings.inputs,
      connections: Object.fromEntries(bound),
    });
  }, [document, catalog, facts, bindings]);
  if (orders.length === 0) return null;
  return (
    <div className="fe-inset" data-testid="order-of-flows">
      {orders.map(({ node, title, events, flows }) => (
        <section key={node} aria-label={`Who gets ${events}`}>
          <Text size="xs" c="dimmed" mb={6}>
            Several live flows want {events} (“{title}”). One event starts one flow: first the higher priority, then the
            more exact trigger, then the flow that is live longer.
          </Text>
          <ol className="fe-order">
            {flows.map((flow, index) => (
              <li key={flow.id ?? 'own'} data-own={flow.id === null}>
                <Group gap={6} wrap="nowrap">
                  {index === 0 ? <IconTrophy size={14} aria-label="Gets it" /> : <span className="fe-order-gap" />}
                  <Text size="sm" fw={flow.id === null ? 650 : 450} flex={1} truncate>
                    {flow.id === null ? (
                      'This flow'
                    ) : (
                      <Anchor component={Link} href={`/flows/${flow.id}`} size="sm">
                        {flow.name}
                      </Anchor>
                    )}
                  </Text>
                  <Text size="xs" c="dimmed" className="tabular">
                    priority {flow.priority}
                  </Text>
                </Group>
                {flow.why !== '' && (
                  <Text size="xs" c="dimmed" pl={20}>
                    {index < flows.findIndex(({ id }) => id === null) ? 'Before this flow' : 'After this flow'}:{' '}
                    {flow.why}
                  </Text>
                )}
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}
