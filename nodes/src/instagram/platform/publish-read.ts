import { FlowError, type JsonObject, type JsonValue } from '@heddle/schemas';
import type { PlatformAccount } from '@heddle/engine';
import { GRAPH_ERRORS } from './errors.ts';
import { compact, graphPath, textProperty } from './graph-api.ts';
import { checkForPublishing, readPostArgs } from './publish-check.ts';
import { getFromGraph } from './get-from-graph.ts';
import { readPublishingLimit } from './publish-limit.ts';

const CONTAINER_STATUSES = ['IN_PROGRESS', 'FINISHED', 'PUBLISHED', 'ERROR', 'EXPIRED'] as const;
/** Where a container stands (platforms.md D.1). */
export type ContainerStatus = (typeof CONTAINER_STATUSES)[number];

/**
 * Data for publishing.
 *
 * `publishingLimit` {} → {used, total, windowSeconds}; `container` {containerId} → {containerId, status, reason?, canBeMadeAnew?};
 * `post` {mediaId} → {mediaId, permalink, timestamp}; `publishingCheck` {caption, media} → {problems, quota}.
 *
 * @throws FlowError `REQUEST_INVALID` for a missing argument; `PLATFORM_*`. @returns undefined for anything else.
 */
export async function readForPublishing(
  what: string,
  args: JsonObject,
  account: PlatformAccount,
  nowMs: () => number,
): Promise<JsonValue | undefined> {
  switch (what) {
    case 'publishingLimit':
      return readPublishingLimit(account, nowMs);
    case 'container': {
      const { status, reason, canBeMadeAnew } = await readContainer(requireText(args, 'containerId'), account, nowMs);
      return compact({ containerId: requireText(args, 'containerId'), status, reason, canBeMadeAnew });
    }
    case 'post': {
      const mediaId = requireText(args, 'mediaId');
      const post = await getFromGraph(account, graphPath(mediaId), { fields: 'id,permalink,timestamp' }, nowMs);
      return compact({
        mediaId,
        permalink: textProperty(post, 'permalink'),
        timestamp: textProperty(post, 'timestamp'),
      });
    }
    case 'publishingCheck':
      return checkForPublishing(readPostArgs(args), account, nowMs);
    default:
      return undefined;
  }
}

/** Failures of preparing that may pass: a new container may succeed (platforms.md F.3, classes "retry" and "new container"). */
const MADE_ANEW = new Set([2207001, 2207003, 2207008, 2207020, 2207032, 2207053, 2207077, 2207082]);

/** Where a container stands; after `ERROR`, why, and whether a new one may succeed. */
export async function readContainer(
  containerId: string,
  account: PlatformAccount,
  nowMs: () => number,
): Promise<{ status: ContainerStatus; reason?: string; canBeMadeAnew?: boolean }> {
  const body = await getFromGraph(account, graphPath(containerId), { fields: 'id,status_code,status' }, nowMs);
  const code = textProperty(body, 'status_code');
  const status = CONTAINER_STATUSES.find((known) => known === code);
  if (status === undefined)
    throw new FlowError(
      'PLATFORM_ANSWER_INVALID',
      `Instagram gave the prepared post the state "${code ?? 'none'}", which is not known.`,
    );
  if (status === 'EXPIRED')
    return { status, reason: 'The prepared post was not published within 24 hours.', canBeMadeAnew: true };
  if (status !== 'ERROR') return { status };
  const text = textProperty(body, 'status') ?? '';
  const subcode = Number(/error code (\d+)/i.exec(text)?.[1] ?? Number.NaN);
  const known = GRAPH_ERRORS.find((rule) => rule.subcode === subcode);
  return {
    status,
    reason: known?.text ?? (text === '' ? 'Instagram could not prepare the post.' : text),
    canBeMadeAnew: MADE_ANEW.has(subcode),
  };
}

function requireText(args: JsonObject, name: string): string {
  const value = textProperty(args, name);
  if (value === undefined) throw new FlowError('REQUEST_INVALID', `"${name}" is missing.`);
  return value;
}
