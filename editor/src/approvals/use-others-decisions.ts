import type { ApprovalView } from '@heddle/schemas/api';
import { useEffect, useRef } from 'react';
import { useSession } from '../api/session-queries.ts';
import { notifyInfo } from '../shared/notify.tsx';
import { decidedByWords } from './approval-words.ts';
import { keyOf } from './decision-desk.ts';
import { findDecision, pruneTaken, useTaken } from './use-decision-desk.ts';

/** More than this at once is somebody who clears the list: one line each would only be in the way. */
const TOLD_ONE_BY_ONE = 3;

/** Says who decided a question that disappears while one looks at it. @param open What the server lists now; undefined while it loads. */
export function useOthersDecisions(open: readonly ApprovalView[] | undefined): void {
  const { data: session } = useSession();
  const taken = useTaken();
  const shown = useRef<readonly ApprovalView[]>([]);
  const name = session?.member.name;
  useEffect(() => {
    if (open === undefined) return;
    const keys = new Set(open.map(keyOf));
    const gone = shown.current.filter((item) => !keys.has(keyOf(item)) && !taken.has(keyOf(item)));
    shown.current = open;
    pruneTaken(open);
    if (gone.length > TOLD_ONE_BY_ONE) {
      notifyInfo(`${gone.length} questions were decided by others, or are not asked any more.`);
      return;
    }
    for (const item of gone) void tell(item, name);
  }, [open, taken, name]);
}

async function tell(item: ApprovalView, myName: string | undefined): Promise<void> {
  const decision = await findDecision(item);
  // Decided by me in another window: no news. Not decided at all: the run was cancelled or its time was over, which its page tells.
  if (decision !== undefined && decision.by !== myName) notifyInfo(decidedByWords(decision));
}
