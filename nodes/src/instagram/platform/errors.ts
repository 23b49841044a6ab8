import { FlowError, type ErrorCode, type JsonObject } from '@heddle/schemas';
import type { PlatformResponse } from '@heddle/engine';
import { objectProperty, property, textProperty } from './graph-api.ts';

/** What an error of the platform means for us. Classes as in architecture 5. */
export type ErrorClass = 'retry' | 'wait' | 'reauthorise' | 'refuse' | 'pauseAccount' | 'final';

/** One row of the table. A row without `subcode` stands for every subcode of its code that has no row of its own. */
export interface GraphErrorRule {
  readonly code: number;
  readonly subcode?: number;
  readonly class: ErrorClass;
  readonly error: ErrorCode;
  /** For the person who runs the flow: what happened and what to do. */
  readonly text: string;
}

const rule = (code: number, subcode: number | null, kind: ErrorClass, error: ErrorCode, text: string): GraphErrorRule =>
  subcode === null ? { code, class: kind, error, text } : { code, subcode, class: kind, error, text };

const slowDown = 'Instagram asks us to slow down; Heddle goes on when it allows.';
const reconnect = 'Connect the account again.';

/** Subcode of a private reply to a comment that has one already, or that takes none. */
export const PRIVATE_REPLY_REFUSED_SUBCODE = 2534025;

/**
 * Every error that we know by number. Decided by code and subcode, never by HTTP status or text.
 * Source: platforms.md F.2 and F.3.
 */
export const GRAPH_ERRORS: readonly GraphErrorRule[] = [
  rule(-1, null, 'retry', 'PLATFORM_UNAVAILABLE', 'Instagram has a temporary fault.'),
  rule(1, null, 'retry', 'PLATFORM_UNAVAILABLE', 'Instagram has a temporary fault.'),
  rule(2, null, 'retry', 'PLATFORM_UNAVAILABLE', 'Instagram has a temporary fault.'),
  rule(1, 2207057, 'final', 'PLATFORM_REFUSED', 'The cover moment lies beyond the end of the video.'),
  // --- limits
  ...[4, 17, 32, 341, 613, 80001, 80002, 80006].map((code) =>
    rule(code, null, 'wait', 'PLATFORM_RATE_LIMITED', slowDown),
  ),
  rule(
    4,
    2207051,
    'pauseAccount',
    'PLATFORM_ACCOUNT_PAUSED',
    'Instagram takes our actions for spam and blocks them for some hours.',
  ),
  rule(9, 2207042, 'wait', 'PLATFORM_RATE_LIMITED', 'The daily number of posts is used up.'),
  // --- token
  rule(102, null, 'reauthorise', 'PLATFORM_TOKEN_INVALID', `The session at Instagram is over. ${reconnect}`),
  rule(
    190,
    null,
    'reauthorise',
    'PLATFORM_TOKEN_INVALID',
    `The access to the account is no longer valid. ${reconnect}`,
  ),
  rule(190, 458, 'reauthorise', 'PLATFORM_TOKEN_INVALID', `Our app was removed from the account. ${reconnect}`),
  rule(
    190,
    459,
    'reauthorise',
    'PLATFORM_TOKEN_INVALID',
    `Instagram wants the owner to log in and pass a check. ${reconnect}`,
  ),
  rule(190, 460, 'reauthorise', 'PLATFORM_TOKEN_INVALID', `The password of the account was changed. ${reconnect}`),
  rule(190, 463, 'reauthorise', 'PLATFORM_TOKEN_INVALID', `The access to the account has expired. ${reconnect}`),
  rule(190, 464, 'reauthorise', 'PLATFORM_TOKEN_INVALID', `The account is not confirmed at Instagram. ${reconnect}`),
  rule(190, 467, 'reauthorise', 'PLATFORM_TOKEN_INVALID', `The access to the account was withdrawn. ${reconnect}`),
  rule(
    190,
    492,
    'reauthorise',
    'PLATFORM_TOKEN_INVALID',
    `The person who connected lost their role on the page. ${reconnect}`,
  ),
  // --- permission
  rule(3, null, 'final', 'PLATFORM_PERMISSION_MISSING', 'Our app may not do this for the account.'),
  rule(10, null, 'final', 'PLATFORM_PERMISSION_MISSING', 'The account did not grant a permission that this needs.'),
  rule(
    200,
    2534041,
    'final',
    'PLATFORM_PERMISSION_MISSING',
    'The owner switched off "Allow access to messages" in the Instagram app. Switch it on.',
  ),
  rule(
    10,
    2534077,
    'final',
    'PLATFORM_PERMISSION_MISSING',
    'The link to the Facebook page or the two-factor login is not in order. The owner must settle it at Instagram.',
  ),
  // --- the account itself
  rule(368, null, 'pauseAccount', 'PLATFORM_ACCOUNT_PAUSED', 'Instagram blocked this action as against its rules.'),
  rule(10, 1893063, 'pauseAccount', 'PLATFORM_ACCOUNT_PAUSED', 'Instagram restricted the account.'),
  rule(
    25,
    2207050,
    'pauseAccount',
    'PLATFORM_ACCOUNT_PAUSED',
    'The account is restricted or inactive. The owner must look at the account status.',
  ),
  // --- messaging
  rule(10, 2534022, 'refuse', 'SEND_WINDOW_CLOSED', 'More than 24 hours have passed since the person last wrote.'),
  rule(10, 2018278, 'refuse', 'SEND_WINDOW_CLOSED', 'More than 24 hours have passed since the person last wrote.'),
  rule(10, 2018108, 'final', 'PLATFORM_REFUSED', 'The person cannot receive messages now.'),
  rule(100, 2018001, 'final', 'PLATFORM_REFUSED', 'There is no such recipient.'),
  rule(100, 2534014, 'final', 'PLATFORM_REFUSED', 'There is no such recipient.'),
  rule(100, 2534013, 'final', 'PLATFORM_REFUSED', 'The Facebook page is not linked to this Instagram account.'),
  rule(100, 2534015, 'final', 'SEND_INVALID', 'Instagram does not accept the content of the message.'),
  rule(
    100,
    PRIVATE_REPLY_REFUSED_SUBCODE,
    'refuse',
    'PLATFORM_REFUSED',
    'This comment had its private reply already, or takes none.',
  ),
  rule(100, 2534029, 'final', 'PLATFORM_REFUSED', 'The person has blocked the account.'),
  rule(100, 2534037, 'final', 'PLATFORM_REFUSED', 'Another app owns this conversation.'),
  rule(2018300, null, 'final', 'PLATFORM_REFUSED', 'Another app owns this conversation.'),
  rule(100, 2018300, 'final', 'PLATFORM_REFUSED', 'Another app owns this conversation.'),
  rule(100, 2018008, 'retry', 'PLATFORM_UNAVAILABLE', 'Instagram could not fetch the file from its address.'),
  rule(100, 2018294, 'retry', 'PLATFORM_UNAVAILABLE', 'Instagram could not fetch the video within 75 seconds.'),
  rule(100, 2018014, 'final', 'SEND_INVALID', 'A message and a sender action cannot go together.'),
  rule(100, 2018047, 'final', 'SEND_INVALID', 'The file is not of the kind that the message says.'),
  rule(100, 2018074, 'final', 'SEND_INVALID', 'The file does not belong to this account.'),
  rule(100, 2018109, 'final', 'SEND_INVALID', 'The file is larger than Instagram allows.'),
  rule(200, 1545041, 'final', 'PLATFORM_REFUSED', 'The person cannot be reached.'),
  rule(551, null, 'final', 'PLATFORM_REFUSED', 'The person cannot be reached.'),
  rule(
    230,
    null,
    'final',
    'PLATFORM_REFUSED',
    'The person has not written to the account yet, so the profile is closed to us.',
  ),
  rule(2534001, null, 'final', 'PLATFORM_REFUSED', 'The conversation was archived or deleted.'),
  rule(100, 2534001, 'final', 'PLATFORM_REFUSED', 'The conversation was archived or deleted.'),
  rule(100, 2534068, 'final', 'SEND_INVALID', 'Several pictures in one message are not enabled for this account.'),
  rule(9000001, null, 'final', 'PLATFORM_REFUSED', 'The message was deleted or is too old to be read.'),
  rule(100, 9000001, 'final', 'PLATFORM_REFUSED', 'The message was deleted or is too old to be read.'),
  rule(36103, null, 'final', 'PLATFORM_REFUSED', 'The account is not eligible for this.'),
  // --- parameters
  rule(100, null, 'final', 'PLATFORM_REFUSED', 'Instagram refused a value of the call.'),
  rule(100, 33, 'final', 'PLATFORM_REFUSED', 'The thing does not exist any more, or the account may not see it.'),
  rule(506, null, 'final', 'PLATFORM_REFUSED', 'The same content was posted just before.'),
  // --- publishing
  rule(-2, 2207003, 'retry', 'PLATFORM_UNAVAILABLE', 'Instagram took too long to fetch the file.'),
  rule(-2, 2207020, 'final', 'PLATFORM_REFUSED', 'The prepared file has expired and must be made anew.'),
  rule(-1, 2207001, 'retry', 'PLATFORM_UNAVAILABLE', 'Instagram has a temporary fault.'),
  rule(-1, 2207032, 'retry', 'PLATFORM_UNAVAILABLE', 'Instagram could not prepare the file.'),
  rule(-1, 2207053, 'final', 'PLATFORM_REFUSED', 'The upload failed and must be made anew.'),
  rule(24, 2207006, 'final', 'PLATFORM_REFUSED', 'The post does not exist, or the account may not see it.'),
  rule(24, 2207008, 'retry', 'PLATFORM_UNAVAILABLE', 'The prepared post is not there yet, or has expired.'),
  rule(352, 2207026, 'final', 'PLATFORM_REFUSED', 'The video format is not supported; use MP4 or MOV.'),
  rule(9004, null, 'final', 'PLATFORM_REFUSED', 'Instagram cannot fetch the file; its address must be public.'),
  rule(9004, 2207052, 'final', 'PLATFORM_REFUSED', 'Instagram cannot fetch the file; its address must be public.'),
  rule(9007, 2207027, 'retry', 'PLATFORM_UNAVAILABLE', 'Instagram is still preparing the file.'),
  rule(36000, 2207004, 'final', 'PLATFORM_REFUSED', 'The picture is larger than 8 MB.'),
  rule(
    36001,
    2207005,
    'final',
    'PLATFORM_REFUSED',
    'The picture has a format or resolution that Instagram does not take; use JPEG.',
  ),
  rule(36003, 2207009, 'final', 'PLATFORM_REFUSED', 'The shape of the picture must lie between 4:5 and 1.91:1.'),
  rule(36004, 2207010, 'final', 'PLATFORM_REFUSED', 'The caption is longer than 2,200 characters.'),
  ...[2207023, 2207028, 2207035, 2207036, 2207037, 2207040, 2207081].map((subcode) =>
    rule(100, subcode, 'final', 'PLATFORM_REFUSED', 'Instagram refused the post as it is put together.'),
  ),
  ...[2207077, 2207082].map((subcode) =>
    rule(100, subcode, 'retry', 'PLATFORM_UNAVAILABLE', 'Instagram could not fetch the video.'),
  ),
];

const byNumber = new Map(GRAPH_ERRORS.map((entry) => [`${entry.code}/${entry.subcode ?? ''}`, entry]));

/** The row for a code and subcode: the exact one, else the one of the code, else the 200–299 permission family, else none. */
export function findGraphErrorRule(code: number, subcode: number | undefined): GraphErrorRule | undefined {
  const found = (subcode === undefined ? undefined : byNumber.get(`${code}/${subcode}`)) ?? byNumber.get(`${code}/`);
  if (found !== undefined || code < 200 || code > 299) return found;
  return {
    code,
    class: 'final',
    error: 'PLATFORM_PERMISSION_MISSING',
    text: 'The account did not grant a permission that this needs.',
  };
}

/** When no header names the time: long enough for per-second limits, short enough to probe hourly ones. */
const DEFAULT_WAIT_MS = 60_000;
/** Rolling day of the publishing quota: look again after an hour. */
const QUOTA_WAIT_MS = 3_600_000;

/** The longest `estimated_time_to_regain_access` (minutes) in the usage header, as milliseconds; undefined when there is none. */
export function readRegainMs(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['x-business-use-case-usage'];
  if (text === undefined) return undefined;
  try {
    const usage: unknown = JSON.parse(text);
    const rows = Object.values(usage ?? {}).flat() as unknown[]; // every value is a list of rows; each is checked below
    const minutes = rows.map((row) =>
      typeof row === 'object' && row !== null ? Number(Reflect.get(row, 'estimated_time_to_regain_access')) : 0,
    );
    const longest = Math.max(0, ...minutes.filter(Number.isFinite));
    return longest > 0 ? longest * 60_000 : undefined;
  } catch {
    // A header that cannot be read only costs us the exact time; the default wait stands in.
    return undefined;
  }
}

/**
 * Turns an error answer into a FlowError. `details`: {status, code, subcode, class, sent, fbtraceId}.
 *
 * `sent` is false when the platform says that it did nothing. It is true when the answer leaves that open: a 5xx without the
 * platform's own error body, an unreadable answer, or code 1 or -1 that is not marked transient.
 *
 * @param nowMs Epoch ms; the time named by a rate limit counts from here.
 */
export function toGraphError(response: PlatformResponse, nowMs: number): FlowError {
  const error = objectProperty(response.body, 'error');
  const code = Number(property(error, 'code') ?? Number.NaN);
  const subcodeNumber = Number(property(error, 'error_subcode') ?? Number.NaN);
  const subcode = Number.isFinite(subcodeNumber) ? subcodeNumber : undefined;
  if (error === undefined || !Number.isFinite(code)) return toBodylessError(response);

  const isTransient = property(error, 'is_transient') === true;
  const known = findGraphErrorRule(code, subcode);
  const meant: Pick<GraphErrorRule, 'class' | 'error' | 'text'> =
    known ??
    (isTransient
      ? { class: 'retry', error: 'PLATFORM_UNAVAILABLE', text: 'Instagram has a temporary fault.' }
      : { class: 'final', error: 'PLATFORM_REFUSED', text: 'Instagram refused the call.' });
  const said = textProperty(error, 'error_user_msg') ?? textProperty(error, 'message') ?? '';
  const isOpen = (code === 1 || code === -1) && !isTransient && subcode === undefined;
  const details: JsonObject = {
    status: response.status,
    code,
    ...(subcode === undefined ? {} : { subcode }),
    class: meant.class,
    sent: isOpen,
    ...(textProperty(error, 'fbtrace_id') === undefined ? {} : { fbtraceId: textProperty(error, 'fbtrace_id') ?? '' }),
  };
  const number = subcode === undefined ? String(code) : `${code}/${subcode}`;
  const message = `${meant.text} (Instagram error ${number}${said === '' ? '' : `: ${said.slice(0, 300)}`})`;
  if (meant.class !== 'wait') return new FlowError(meant.error, message, { details });
  const waitMs = readRegainMs(response.headers) ?? (code === 9 ? QUOTA_WAIT_MS : DEFAULT_WAIT_MS);
  return new FlowError(meant.error, message, { details, retryAtMs: nowMs + waitMs });
}

function toBodylessError(response: PlatformResponse): FlowError {
  const details: JsonObject = {
    status: response.status,
    class: response.status >= 500 ? 'retry' : 'final',
    sent: response.status < 400 || response.status >= 500,
  };
  if (response.status >= 500)
    return new FlowError('PLATFORM_UNAVAILABLE', `Instagram answered with status ${response.status}.`, { details });
  return new FlowError(
    'PLATFORM_ANSWER_INVALID',
    `Instagram answered with status ${response.status} and a body that is not its error format.`,
    { details },
  );
}
