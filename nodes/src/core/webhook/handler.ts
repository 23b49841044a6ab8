import { defineHandler } from '@heddle/engine';
import { isJsonObject, type JsonValue } from '@heddle/schemas';
import { webhook } from './definition.ts';

export const webhookHandler = defineHandler(webhook, {
  match: ({ config, event }) => {
    const { body = null, query = {}, headers = {} } = event.data;
    const missing = (config.requiredFields ?? []).filter((path) => !hasValue(body, path) && !hasValue(query, path));
    if (missing.length > 0) return { reason: `The call has no ${missing.map((path) => `"${path}"`).join(', ')}.` };
    return { output: { body, query, headers }, specificity: config.requiredFields?.length ?? 0 };
  },
});

function hasValue(data: JsonValue, path: string): boolean {
  let current: JsonValue | undefined = data;
  for (const part of path.split('.')) {
    if (Array.isArray(current)) current = current[Number(part)];
    else current = isJsonObject(current) && Object.hasOwn(current, part) ? current[part] : undefined;
  }
  return current !== undefined && current !== null && current !== '';
}
