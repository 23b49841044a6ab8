import type { PlatformAccount } from '@heddle/engine';
import type { JsonValue } from '@heddle/schemas';
import { toGraphError } from './errors.ts';
import { property } from './graph-api.ts';

/** A GET; the body of a good answer. @throws FlowError by the error table. */
export async function getFromGraph(
  account: PlatformAccount,
  path: string,
  query: Record<string, string>,
  nowMs: () => number,
): Promise<JsonValue> {
  const response = await account.http.request({ method: 'GET', path, query });
  if (response.status < 200 || response.status > 299 || property(response.body, 'error') !== undefined)
    throw toGraphError(response, nowMs());
  return response.body;
}
