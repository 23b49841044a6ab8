import type { Issue } from '@heddle/schemas';
import type { NodeView } from '../../compile/program.ts';
import { activeNodes, nodesAfter, type LintContext } from '../lint-context.ts';

const DAY_MS = 86_400_000;

/** More sends in the busiest hour than the platform allows: they would come late. Needs the facts `startsPerHour` and `sendsPerHour`. */
export function rateForecast(context: LintContext): Issue[] {
  const { startsPerHour, sendsPerHour } = context.facts;
  if (startsPerHour === undefined || sendsPerHour === undefined) return [];
  const perRun = countSends(context);
  return [...perRun].flatMap(([platform, sends]): Issue[] => {
    const limit = sendsPerHour[platform];
    const forecast = Math.round(sends * startsPerHour);
    if (limit === undefined || forecast <= limit) return [];
    const hours = Math.ceil(forecast / limit);
    const message = `With ${startsPerHour} starts in the busiest hour this flow would send up to ${forecast} times an hour; ${platform} allows ${limit}. What is over is sent later: the last one after about ${hours} hours.`;
    const { settings } = context.document;
    return [
      {
        code: 'rate.tooMany',
        severity: 'warning',
        path: '/settings',
        message,
        ...((settings?.cooldownMs ?? 0) >= DAY_MS
          ? {}
          : {
              fix: {
                title: 'Start at most once a day for one person',
                operations: [{ kind: 'setSettings', settings: { ...settings, cooldownMs: DAY_MS } }],
              },
            }),
      },
    ];
  });
}

/** Sends per run and platform if every node that can be reached runs once. Bubbles of one node count each. */
function countSends(context: LintContext): Map<string, number> {
  const triggers = activeNodes(context).filter((node) => node.definition?.role === 'trigger');
  const reached = new Set(triggers.flatMap((node) => [...nodesAfter(context, node.id)]));
  const counts = new Map<string, number>();
  for (const node of activeNodes(context)) {
    if (node.definition?.effect !== 'send' || !reached.has(node.id)) continue;
    for (const { platform } of node.definition.connections)
      counts.set(platform, (counts.get(platform) ?? 0) + bubblesOf(node));
  }
  return counts;
}

function bubblesOf({ config }: NodeView): number {
  const { parts } = config;
  return Array.isArray(parts) ? Math.max(1, parts.length) : 1;
}
