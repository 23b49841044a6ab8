import { useEffect, useMemo, useRef } from 'react';
import { relativeTime } from '../shared/relative-time.ts';
import { ErrorState } from '../shared/PageStates.tsx';
import { AttachMenu } from './AttachMenu.tsx';
import { Bubble } from './Bubble.tsx';
import { PhoneComposer } from './PhoneComposer.tsx';
import { usePhoneNowMs } from './PhoneFrame.tsx';
import { PhoneTopBar } from './PhoneTopBar.tsx';
import { usePhone } from './phone-context.ts';
import { useAct, useThread } from './phone-queries.ts';
import { toThreadRows } from './thread-rows.ts';
import classes from './ThreadScreen.module.css';

/** The conversation with the shop. */
export function ThreadScreen() {
  const { account, persona, open } = usePhone();
  const thread = useThread(account.id, persona.id);
  const { mutate: act } = useAct(account.id, persona.id);
  const rows = useMemo(() => (thread.data === undefined ? [] : toThreadRows(thread.data)), [thread.data]);
  const end = useRef<HTMLDivElement>(null);
  const newest = thread.data?.bubbles.at(-1);
  const hasUnseen = thread.data?.bubbles.some((bubble) => bubble.from === 'business' && !bubble.isSeen) ?? false;
  const bottom = `${newest?.mid ?? ''} ${String(thread.data?.isBusinessTyping ?? false)}`;
  const shownBottom = useRef('');
  useEffect(() => {
    if (shownBottom.current === bottom) return;
    shownBottom.current = bottom;
    end.current?.scrollIntoView({ block: 'end' });
  }, [bottom]);
  // Looking at the conversation is what marks it as seen on a real phone.
  const newestMid = newest?.mid;
  const seenMid = useRef<string>(undefined);
  useEffect(() => {
    if (!hasUnseen || newestMid === seenMid.current) return;
    seenMid.current = newestMid;
    act({ kind: 'seen' });
  }, [hasUnseen, newestMid, act]);
  const isEmpty = thread.data !== undefined && rows.length === 0;
  return (
    <>
      <PhoneTopBar
        onBack={() => open({ kind: 'feed' })}
        picture={account.pictureUrl}
        title={account.name}
        note={thread.data?.isBusinessTyping === true ? 'typing…' : account.username}
      />
      <div
        className={classes['scroll']}
        data-testid="phone-thread"
        role="log"
        aria-label={`Conversation with ${account.name}`}
      >
        {thread.isError && <ErrorState error={thread.error} onRetry={() => void thread.refetch()} />}
        {thread.data?.folder === 'requests' && !isEmpty && (
          <p className={classes['note']}>In your message requests. Answering accepts it.</p>
        )}
        {isEmpty && (
          <div className={classes['empty']}>
            <img src={account.pictureUrl} alt="" />
            <b>{account.name}</b>
            <span>{account.biography}</span>
          </div>
        )}
        {rows.map((row) => {
          switch (row.kind) {
            case 'time':
              return <TimeLine key={row.key} atMs={row.atMs} />;
            case 'bubble':
              return <Bubble key={row.key} row={row} />;
            case 'seen':
              return (
                <p key={row.key} className={classes['seen']}>
                  Seen
                </p>
              );
            case 'typing':
              return (
                <div key={row.key} className={classes['typing']} role="status" aria-label={`${account.name} is typing`}>
                  <i />
                  <i />
                  <i />
                </div>
              );
          }
        })}
        <div ref={end} />
      </div>
      <Chips />
      <PhoneComposer
        placeholder="Message"
        sendLabel="Send"
        testId="phone-message"
        onSend={(text) => act({ kind: 'text', text })}
        isFocused
      >
        <AttachMenu />
      </PhoneComposer>
    </>
  );
}

function TimeLine({ atMs }: { atMs: number }) {
  const nowMs = usePhoneNowMs();
  return <p className={classes['note']}>{relativeTime(new Date(atMs).toISOString(), nowMs)}</p>;
}

/** Answers that can be tapped: quick replies of the last bubble, or the questions that an empty conversation offers. */
function Chips() {
  const { account, persona } = usePhone();
  const { data: thread } = useThread(account.id, persona.id);
  const act = useAct(account.id, persona.id);
  if (thread === undefined) return null;
  const { quickReplies } = thread;
  const chips =
    quickReplies !== null
      ? quickReplies.titles.map((title, index) => ({
          title,
          tap: () => act.mutate({ kind: 'tap-quick-reply', mid: quickReplies.mid, index }),
        }))
      : thread.bubbles.length === 0
        ? thread.iceBreakers.map((title, index) => ({
            title,
            tap: () => act.mutate({ kind: 'tap-ice-breaker', index }),
          }))
        : [];
  if (chips.length === 0) return null;
  return (
    <div className={classes['chips']} role="group" aria-label="Quick answers">
      {chips.map((chip, index) => (
        <button key={index} type="button" onClick={chip.tap} disabled={act.isPending} data-testid="phone-quick-reply">
          {chip.title}
        </button>
      ))}
    </div>
  );
}
