import type {
  AccountSwitches,
  AccountView,
  ActResult,
  ClockView,
  PersonaAct,
  PersonaSwitches,
  PersonaView,
  PostView,
  SandboxInfo,
  SandboxSettings,
  SandboxSettingsPatch,
  ThreadSummary,
  ThreadView,
} from '@heddle/nodes/instagram-customer';
import { requestJson } from '../api/client.ts';

const BASE = '/sandbox/instagram/_sandbox';

/** Where the sandbox tells what happens, as server-sent events. */
export function sandboxEventsUrl(accountId: string): string {
  return `${BASE}/events?account=${encodeURIComponent(accountId)}`;
}

/** The sandbox answers what its customer API declares (customer-api.ts); both sides are ours and are tested together. */
async function call<Answer>(
  path: string,
  init: { method?: string; body?: unknown; signal?: AbortSignal } = {},
): Promise<Answer> {
  return (await requestJson(BASE + path, init)) as Answer;
}
const post = <Answer>(path: string, body: object = {}) => call<Answer>(path, { method: 'POST', body });

/** The customer's side of the Instagram sandbox. Every function @throws ApiProblem. */
export const sandbox = {
  info: (signal: AbortSignal) => call<SandboxInfo>('/', { signal }),
  personas: async (accountId: string, signal: AbortSignal) =>
    (await call<{ personas: PersonaView[] }>(`/personas?account=${accountId}`, { signal })).personas,
  changePersona: (id: string, switches: PersonaSwitches) =>
    call<PersonaView>(`/personas/${id}`, { method: 'PATCH', body: switches }),
  changeAccount: (id: string, switches: AccountSwitches) =>
    call<AccountView>(`/accounts/${id}`, { method: 'PATCH', body: switches }),
  posts: async (accountId: string, signal: AbortSignal) =>
    (await call<{ posts: PostView[] }>(`/accounts/${accountId}/posts`, { signal })).posts,
  threads: async (accountId: string, signal: AbortSignal) =>
    (await call<{ threads: ThreadSummary[] }>(`/accounts/${accountId}/threads`, { signal })).threads,
  thread: (accountId: string, personaId: string, signal: AbortSignal) =>
    call<ThreadView>(`/accounts/${accountId}/threads/${personaId}`, { signal }),
  act: (accountId: string, personaId: string, act: PersonaAct) =>
    post<ActResult>('/act', { accountId, personaId, act }),
  faults: (signal: AbortSignal) => call<SandboxSettings>('/faults', { signal }),
  setFaults: (patch: SandboxSettingsPatch) => call<SandboxSettings>('/faults', { method: 'PUT', body: patch }),
  applyPreset: (key: string) => post<SandboxSettings>(`/faults/presets/${key}`),
  clearFaults: () => call<SandboxSettings>('/faults', { method: 'DELETE' }),
  clock: (signal: AbortSignal) => call<ClockView>('/clock', { signal }),
  advanceClock: (advanceMs: number) => post<ClockView>('/clock', { advanceMs }),
};
