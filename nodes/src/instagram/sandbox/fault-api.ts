/** The fault and variant switches of the customer API. Safe for the browser: imports nothing. */

/** Which calls a fault rule applies to. `send` covers messages and private replies; `any` covers every Graph call. */
export type FaultTarget =
  | 'send'
  | 'sender-action'
  | 'comment-reply'
  | 'publish'
  | 'container'
  | 'read'
  | 'oauth'
  | 'any';

export type FaultOutcome =
  | {
      readonly kind: 'graph-error';
      readonly code: number;
      readonly subcode?: number;
      readonly isTransient?: boolean;
      readonly httpStatus?: number;
      readonly message?: string;
    }
  /** A bare HTTP answer without a Graph envelope, as a proxy gives it. */
  | { readonly kind: 'http-status'; readonly status: number; readonly afterEffect?: boolean }
  /** The call takes effect and the answer never comes. */
  | { readonly kind: 'no-answer'; readonly afterEffect: boolean }
  /** The connection is cut without an answer. */
  | { readonly kind: 'disconnect'; readonly afterEffect: boolean };

export interface FaultRule {
  readonly target: FaultTarget;
  readonly outcome: FaultOutcome;
  /** How many more calls it hits; `null` for every call until switched off. */
  readonly remaining: number | null;
  /** 0 to 1; 1 by default. */
  readonly probability?: number;
}

export interface WebhookSettings {
  /** Share of events that are delivered a second time. */
  readonly duplicateRate: number;
  /** Share of events held back for up to `reorderDelayMs`, so that later ones overtake them. */
  readonly reorderRate: number;
  readonly reorderDelayMs: number;
  /** Share of events that are never delivered. */
  readonly dropRate: number;
  /** At most so many events share one POST (when they wait at the same time). 1 to 1000. */
  readonly batchSize: number;
  /** How events share a POST: several entries, or several items within one entry where the platform allows it. */
  readonly batchShape: 'entries' | 'items';
  /** Deliver a send's echo before the send's own HTTP answer. */
  readonly echoBeforeAnswer: boolean;
  /** `changes[]` as seen in real deliveries, or the flat `{field, value}` entry of the reference page. */
  readonly commentEnvelope: 'changes' | 'flat';
  /** Also escape `<`, `%` and `@`, as older documentation says. */
  readonly escapesSymbols: boolean;
  /** Which of the app's two secrets signs. */
  readonly signingSecret: 'instagram' | 'meta';
  /** Nothing is delivered while true; events wait. */
  readonly isPaused: boolean;
}

/** Points on which public sources disagree; a client must live with both answers. */
export interface PlatformVariants {
  readonly tokenAnswer: 'wrapped' | 'flat';
  readonly permissionsAs: 'text' | 'list';
  readonly userIdAs: 'text' | 'number';
  readonly consentErrorCode: number;
  readonly sendsPerSecond: number;
  /** Quick replies, attachments and templates in private replies. */
  readonly allowsRichPrivateReplies: boolean;
  readonly repeatedPrivateReply: '100/2534025' | '10/2534022';
  readonly hasHumanAgentFeature: boolean;
  readonly hasMultiImage: boolean;
  readonly quotaTotal: number;
  readonly enforcesRateLimits: boolean;
  /** How long a container stays IN_PROGRESS on the sandbox's clock. */
  readonly imageProcessingMs: number;
  readonly videoProcessingMs: number;
}

export interface SandboxSettings {
  readonly rules: readonly FaultRule[];
  /** Added to every Graph call, chosen evenly between the two. */
  readonly latencyMs: { readonly min: number; readonly max: number };
  readonly webhooks: WebhookSettings;
  readonly variants: PlatformVariants;
}

/** Each part given replaces (rules, latency) or is merged into (webhooks, variants) what is set. */
export interface SandboxSettingsPatch {
  readonly rules?: readonly FaultRule[];
  readonly latencyMs?: { readonly min: number; readonly max: number };
  readonly webhooks?: Partial<WebhookSettings>;
  readonly variants?: Partial<PlatformVariants>;
}

export interface FaultPreset {
  readonly key: string;
  readonly label: string;
  readonly patch: SandboxSettingsPatch;
}

/** Ready-made troubles for the phone page's fault menu. */
export const FAULT_PRESETS: readonly FaultPreset[] = [
  {
    key: 'sends-fail-3',
    label: 'Next 3 sends fail for a moment (code 2)',
    patch: {
      rules: [
        {
          target: 'send',
          outcome: { kind: 'graph-error', code: 2, subcode: 1545133, isTransient: true },
          remaining: 3,
        },
      ],
    },
  },
  {
    key: 'rate-limited',
    label: 'Next 5 sends hit the rate limit (613)',
    patch: { rules: [{ target: 'send', outcome: { kind: 'graph-error', code: 613 }, remaining: 5 }] },
  },
  {
    key: 'app-limited',
    label: 'Next 5 calls hit the app limit (4)',
    patch: { rules: [{ target: 'any', outcome: { kind: 'graph-error', code: 4 }, remaining: 5 }] },
  },
  {
    key: 'window-closed',
    label: 'Next send meets a closed window (10/2534022)',
    patch: { rules: [{ target: 'send', outcome: { kind: 'graph-error', code: 10, subcode: 2534022 }, remaining: 1 }] },
  },
  {
    key: 'token-dead',
    label: 'Next call finds the token invalid (190)',
    patch: { rules: [{ target: 'any', outcome: { kind: 'graph-error', code: 190, subcode: 460 }, remaining: 1 }] },
  },
  {
    key: 'silent-success',
    label: 'Next send arrives, its answer does not',
    patch: { rules: [{ target: 'send', outcome: { kind: 'no-answer', afterEffect: true }, remaining: 1 }] },
  },
  {
    key: 'server-errors',
    label: 'Next 3 calls answer 503',
    patch: { rules: [{ target: 'any', outcome: { kind: 'http-status', status: 503 }, remaining: 3 }] },
  },
  { key: 'slow', label: 'Every call takes 2 to 4 seconds', patch: { latencyMs: { min: 2000, max: 4000 } } },
  {
    key: 'messy-webhooks',
    label: 'Webhooks arrive twice, late and out of order',
    patch: { webhooks: { duplicateRate: 0.3, reorderRate: 0.3 } },
  },
  { key: 'lost-webhooks', label: 'One webhook in five is lost', patch: { webhooks: { dropRate: 0.2 } } },
];
