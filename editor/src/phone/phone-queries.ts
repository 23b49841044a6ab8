import type {
  LiveEvent,
  PersonaAct,
  PersonaSwitches,
  SandboxSettings,
  ThreadView,
} from '@heddle/nodes/instagram-customer';
import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { createLiveSource } from '../api/live-source.ts';
import { notifyProblem } from '../shared/notify.tsx';
import { sandbox, sandboxEventsUrl } from './sandbox-client.ts';

const keys = {
  all: ['phone'] as const,
  info: ['phone', 'info'] as const,
  personas: (accountId: string) => ['phone', 'personas', accountId] as const,
  posts: (accountId: string) => ['phone', 'posts', accountId] as const,
  threads: (accountId: string) => ['phone', 'threads', accountId] as const,
  thread: (accountId: string, personaId: string) => ['phone', 'thread', accountId, personaId] as const,
  faults: ['phone', 'faults'] as const,
  clock: ['phone', 'clock'] as const,
};

/** Accounts, people and the clock of the sandbox. */
export function useSandboxInfo() {
  return useQuery({ queryKey: keys.info, queryFn: ({ signal }) => sandbox.info(signal) });
}

/** The people one can play, as this account knows them. */
export function usePersonas(accountId: string) {
  return useQuery({ queryKey: keys.personas(accountId), queryFn: ({ signal }) => sandbox.personas(accountId, signal) });
}

/** Posts of the account with their comments, newest first. */
export function usePosts(accountId: string) {
  return useQuery({ queryKey: keys.posts(accountId), queryFn: ({ signal }) => sandbox.posts(accountId, signal) });
}

/** One line per conversation; tells what each person has not seen yet. */
export function useThreads(accountId: string) {
  return useQuery({ queryKey: keys.threads(accountId), queryFn: ({ signal }) => sandbox.threads(accountId, signal) });
}

/** The conversation of one person with the account. */
export function useThread(accountId: string, personaId: string) {
  return useQuery({
    queryKey: keys.thread(accountId, personaId),
    queryFn: ({ signal }) => sandbox.thread(accountId, personaId, signal),
  });
}

/** The troubles that are switched on. */
export function useFaults() {
  return useQuery({ queryKey: keys.faults, queryFn: ({ signal }) => sandbox.faults(signal) });
}

/** The sandbox's clock. */
export function useSandboxClock() {
  return useQuery({ queryKey: keys.clock, queryFn: ({ signal }) => sandbox.clock(signal) });
}

/** Does something as the person; what comes of it arrives by the live stream, and is fetched at once all the same. */
export function useAct(accountId: string, personaId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: PersonaAct) => sandbox.act(accountId, personaId, act),
    onSuccess: (_result, act) =>
      act.kind === 'comment'
        ? client.invalidateQueries({ queryKey: keys.posts(accountId) })
        : client.invalidateQueries({ queryKey: keys.thread(accountId, personaId) }),
    onError: notifyProblem,
  });
}

/** Switches of the sandbox: troubles, clock, people. */
export function useSandboxSwitches() {
  const client = useQueryClient();
  const showFaults = (settings: SandboxSettings) => client.setQueryData(keys.faults, settings);
  return {
    preset: useMutation({ mutationFn: sandbox.applyPreset, onSuccess: showFaults, onError: notifyProblem }),
    clear: useMutation({ mutationFn: sandbox.clearFaults, onSuccess: showFaults, onError: notifyProblem }),
    advance: useMutation({
      mutationFn: sandbox.advanceClock,
      onSuccess: () => client.invalidateQueries({ queryKey: keys.all }),
      onError: notifyProblem,
    }),
    changePersona: useMutation({
      mutationFn: ({ id, switches }: { id: string; switches: PersonaSwitches }) => sandbox.changePersona(id, switches),
      onSuccess: () => client.invalidateQueries({ queryKey: ['phone', 'personas'] }),
      onError: notifyProblem,
    }),
  };
}

/** Follows the sandbox's events; `onEvent` sees each one, for banners. */
export function usePhoneLive(accountId: string, onEvent: (event: LiveEvent) => void): void {
  const client = useQueryClient();
  useEffect(() => {
    const source = createLiveSource<LiveEvent>(sandboxEventsUrl(accountId), parseLiveEvent);
    return source.subscribe(
      (events) => {
        for (const event of events) {
          refresh(client, accountId, event);
          onEvent(event);
        }
      },
      () => void client.invalidateQueries({ queryKey: keys.all }),
    );
  }, [accountId, client, onEvent]);
}

function refresh(client: QueryClient, accountId: string, event: LiveEvent): void {
  const stale = (queryKey: readonly unknown[]) => void client.invalidateQueries({ queryKey });
  switch (event.kind) {
    case 'comment':
    case 'comment-changed':
    case 'comment-deleted':
    case 'bulk':
    case 'post':
      return stale(keys.posts(accountId));
    case 'bubble':
    case 'bubble-changed':
    case 'seen':
      stale(keys.threads(accountId));
      return stale(keys.thread(accountId, event.personaId));
    case 'typing':
      client.setQueryData(keys.thread(accountId, event.personaId), (thread: ThreadView | undefined) =>
        thread === undefined ? undefined : { ...thread, isBusinessTyping: event.isOn },
      );
      return;
    case 'personas-changed':
      return stale(['phone', 'personas']);
    case 'settings-changed':
      return stale(keys.faults);
    case 'accounts-changed':
    case 'clock':
    case 'reset':
      return stale(keys.all);
  }
}

function parseLiveEvent(data: string): LiveEvent[] {
  try {
    const parsed: unknown = JSON.parse(data);
    // The sandbox sends what customer-api.ts declares; a comment line or a newer kind falls through the switch.
    return typeof parsed === 'object' && parsed !== null && 'kind' in parsed ? [parsed as LiveEvent] : [];
  } catch {
    return [];
  }
}
