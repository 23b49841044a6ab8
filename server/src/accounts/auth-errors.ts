import { FlowError } from '@heddle/schemas';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from './auth-options.ts';

/** What the accounts library refuses, in our words, by its code. */
export const REFUSALS = {
  INVALID_PASSWORD: 'The current password is not right.',
  PASSWORD_TOO_SHORT: `The password must have at least ${MIN_PASSWORD_LENGTH} characters.`,
  PASSWORD_TOO_LONG: `The password must have at most ${MAX_PASSWORD_LENGTH} characters.`,
  PASSWORD_ALREADY_SET: 'There is a password already; give the current one to change it.',
  CREDENTIAL_ACCOUNT_NOT_FOUND: 'There is no password yet; set one first.',
} as const;

/** A refusal of the accounts library in words for the person; its own words for what we do not know. */
export function describeRefusal(code: unknown, message: string): string {
  return Object.entries(REFUSALS).find(([known]) => known === code)?.[1] ?? message;
}

/** The library's refusal as an error of our table. @param nowMs Epoch ms, to say when one may try again. */
export async function toAuthError(response: Response, nowMs: number): Promise<FlowError> {
  const body: unknown = await response.json().catch(() => undefined); // without a body the status says enough
  const read = (name: string): unknown =>
    typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  const said = read('message');
  const message = describeRefusal(
    read('code'),
    typeof said === 'string' && said !== '' ? said : `The sign-in service answered with status ${response.status}.`,
  );
  if (response.status === 429) {
    const seconds = Number(response.headers.get('x-retry-after') ?? response.headers.get('retry-after')) || 60;
    return new FlowError('RATE_LIMITED', 'Too many attempts.', { retryAtMs: nowMs + seconds * 1000 });
  }
  if (response.status === 401) return new FlowError('SIGN_IN_REQUIRED', message);
  if (response.status === 403) return new FlowError('ORIGIN_REFUSED', message);
  if (response.status >= 500) return new FlowError('INTERNAL', 'The sign-in service failed.');
  return new FlowError('REQUEST_INVALID', message);
}
