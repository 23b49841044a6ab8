import type { FlowError, InboundEvent, JsonObject, JsonValue, PlatformAction, SendReceipt } from '@heddle/schemas';

/** HTTP to one platform for one connection: base URL, token and time limit are the host's; the token is never visible. */
export interface PlatformHttp {
  /**
   * @param path Below the platform's API base, such as `/v25.0/me/messages`.
   * @returns Any answer of the platform, whatever its status. @throws FlowError `PLATFORM_UNAVAILABLE` when no connection was made at all
   * (details.sent false), or when the answer did not come (details.sent true: the call may have had its effect).
   */
  request(request: {
    method: 'GET' | 'POST' | 'DELETE';
    path: string;
    query?: Record<string, string>;
    body?: JsonObject;
  }): Promise<PlatformResponse>;
  /**
   * Connects in advance for the next call with effects, so that little can happen between its announcement and its first byte. Never throws:
   * a call that finds no connection makes one.
   */
  prepare?(): Promise<void>;
}
export interface PlatformResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonValue;
}

/** What a picture file is, by its content. `bytes` is the size of the file; width and height in pixels, null where they cannot be told. */
export interface PictureFacts {
  readonly format: 'jpeg' | 'png' | 'gif' | 'webp' | 'unknown';
  readonly bytes: number;
  readonly width: number | null;
  readonly height: number | null;
}

/** The account an action is done for. */
export interface PlatformAccount {
  readonly connectionId: string;
  /** The platform's id of the account (the one webhooks carry). */
  readonly externalId: string;
  readonly http: PlatformHttp;
  /**
   * Looks at a picture at a public address, as the platform will. Absent where the host has no way out.
   *
   * @throws FlowError `HTTP_TARGET_FORBIDDEN` | `HTTP_FAILED`.
   */
  inspectPicture?(url: string): Promise<PictureFacts>;
}

/** An event found in a webhook body, and the account it belongs to. */
export interface WebhookItem {
  readonly accountId: string;
  readonly event: InboundEvent;
}

/** Settings of the platform's app, from the environment. */
export interface PlatformApp {
  readonly appId: string;
  readonly appSecrets: readonly string[];
  readonly verifyToken: string;
  readonly apiUrl: string;
  readonly oauthUrl: string;
  /** Where codes are exchanged, when that is another host than `apiUrl`. */
  readonly tokenUrl: string;
}

/** What a finished OAuth exchange gives. Tokens are sealed by the host at once. */
export interface OAuthGrant {
  readonly accessToken: string;
  readonly expiresAtMs: number | null;
  readonly grantedScopes: readonly string[];
  readonly account: {
    readonly externalId: string;
    /** The id by which the platform names the account in requests about privacy, where that is another one. */
    readonly appScopedId?: string;
    readonly username: string;
    readonly name: string;
    readonly pictureUrl?: string;
  };
}

/** Limit buckets that one action uses up, `perSecond` or `perHour` for the account. */
export interface RateLimit {
  readonly bucket: string;
  readonly amount: number;
  readonly perMs: number;
}

/** What the platform can say afterwards about a send whose outcome is not known. */
export type ReconcileResult =
  | { outcome: 'sent'; receipt: SendReceipt }
  | { outcome: 'notSent' }
  | { outcome: 'unknown'; reason: string };

/** A platform plugin: everything the host must know of one outside service. One folder, nothing elsewhere. */
export interface Platform {
  readonly id: string;
  readonly title: string;
  readonly webhook: {
    /** Answer of the subscription handshake, or null when it must be refused. */
    challenge(query: Readonly<Record<string, string>>, app: PlatformApp): string | null;
    /** Constant-time check of the signature over the raw bytes against each secret. False without a signature. */
    verify(rawBody: Uint8Array, headers: Readonly<Record<string, string | undefined>>, app: PlatformApp): boolean;
    /** Every item of every entry. What is not understood becomes `<platform>/unknown`, never dropped. Never throws on odd shapes. */
    parse(body: JsonValue): WebhookItem[];
  };
  /** Whom a request about privacy (access taken back, data to be deleted) is about. Platforms without such requests leave it out. */
  readonly privacy?: {
    /**
     * Checks the signature in constant time.
     *
     * @param form Fields of the form that was posted.
     * @returns Whom it is about, and what was signed, by which the same request is known again; null when nothing may be believed.
     */
    parse(
      form: Readonly<Record<string, string>>,
      app: PlatformApp,
    ): { readonly personId: string; readonly signed: string } | null;
  };
  readonly oauth: {
    readonly scopes: readonly { readonly name: string; readonly title: string; readonly withoutIt: string }[];
    authorizeUrl(app: PlatformApp, options: { redirectUri: string; state: string }): string;
    /** Code to long-lived grant. @throws FlowError `OAUTH_REFUSED` | `PLATFORM_*`. */
    exchange(
      app: PlatformApp,
      options: { code: string; redirectUri: string },
      fetchJson: FetchJson,
    ): Promise<OAuthGrant>;
    refresh(
      app: PlatformApp,
      accessToken: string,
      fetchJson: FetchJson,
    ): Promise<{ accessToken: string; expiresAtMs: number }>;
    /**
     * Subscribes the account to the webhook fields we need, as far as the permissions reach.
     *
     * @param grantedScopes What the person allowed; without it, all fields are asked for.
     */
    subscribe(account: PlatformAccount, grantedScopes?: readonly string[]): Promise<void>;
  };
  /** Carries out an action. @throws FlowError by the platform's error table; details.sent tells whether it may have had its effect. */
  perform(action: PlatformAction, account: PlatformAccount): Promise<SendReceipt>;
  /** Checks content against the platform's limits without calling anything. Empty when it may be sent. */
  validate(action: PlatformAction): { path: string; message: string }[];
  /** Looks for the effect of an action that was on its way between `sinceMs` and now. Read-only. */
  reconcile(action: PlatformAction, sinceMs: number, account: PlatformAccount): Promise<ReconcileResult>;
  /** Reads data: `profile` {platformId}, `media` {limit, after?} … @throws FlowError. */
  read(what: string, args: JsonObject, account: PlatformAccount): Promise<JsonValue>;
  /** Limits that an action counts against. */
  limits(action: PlatformAction): readonly RateLimit[];
  /** Classifies an error answer, exposed for tests. */
  toError(response: PlatformResponse): FlowError;
}

/** JSON over HTTP for OAuth calls, with the host's time limits; secrets in the URL are kept out of logs. */
export type FetchJson = (
  url: string,
  init: { method: 'GET' | 'POST'; form?: Record<string, string>; headers?: Record<string, string> },
) => Promise<{ status: number; body: JsonValue }>;

/** Declares a platform plugin. */
export function definePlatform(platform: Platform): Platform {
  return platform;
}
