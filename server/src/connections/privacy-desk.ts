import {
  carryOutPrivacyRequests,
  notePrivacyRequest,
  type PrivacyOptions,
  type PrivacyRequest,
} from './privacy-requests.ts';

/** What a process that died left undone is found this much later. */
const LOOK_EVERY_MS = 5 * 60_000;

/** Takes in what platforms ask on behalf of people, and carries it out in the background. */
export interface PrivacyDesk {
  /** Noted durably when it returns. */
  take(request: PrivacyRequest): Promise<{ code: string; isNew: boolean }>;
  /** Ends when the work under way is done. */
  stop(): Promise<void>;
}

/** Looks for requests that are left over at once, and again from time to time. */
export function createPrivacyDesk(options: PrivacyOptions): PrivacyDesk {
  let underWay: Promise<void> | null = null;
  let isAskedAgain = false;
  let isStopped = false;
  const work = (): void => {
    if (isStopped) return;
    if (underWay !== null) {
      isAskedAgain = true;
      return;
    }
    underWay = carryOutPrivacyRequests(options)
      .then(
        () => undefined,
        (error: unknown) => options.log.error({ error }, 'A privacy request could not be carried out; trying again'),
      )
      .finally(() => {
        underWay = null;
        if (!isAskedAgain) return;
        isAskedAgain = false;
        work();
      });
  };
  const timer = setInterval(work, LOOK_EVERY_MS);
  timer.unref();
  work();
  return {
    take: async (request) => {
      const noted = await notePrivacyRequest(options, request);
      work();
      return noted;
    },
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await underWay;
    },
  };
}
