import type { LiveEvent, PersonaView } from '@heddle/nodes/instagram-customer';
import { IconHome, IconMessageCircle } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { BrowserSheet } from './BrowserSheet.tsx';
import { FeedScreen } from './FeedScreen.tsx';
import { PhoneFrame } from './PhoneFrame.tsx';
import { PhoneContext, type PhoneView } from './phone-context.ts';
import { PostScreen } from './PostScreen.tsx';
import { StoryScreen } from './StoryScreen.tsx';
import { ThreadScreen } from './ThreadScreen.tsx';
import { usePhoneLive, useSandboxInfo, useThreads } from './phone-queries.ts';
import { bubbleSummary } from './thread-rows.ts';
import classes from './PhoneScreen.module.css';

interface Banner {
  readonly key: string;
  readonly title: string;
  readonly text: string;
  readonly view: PhoneView;
}

const BANNER_MS = 5000;

/** The app on the phone of one person: which screen is open, banners for what arrives elsewhere, the tab bar. */
export function PhoneScreen({
  accountId,
  persona,
  isDark,
}: {
  accountId: string;
  persona: PersonaView;
  isDark: boolean;
}) {
  const info = useSandboxInfo();
  const threads = useThreads(accountId);
  const account = info.data?.accounts.find((item) => item.id === accountId);
  const [view, setView] = useState<PhoneView>({ kind: 'feed' });
  const [openedUrl, setOpenedUrl] = useState<string | null>(null);
  const [banner, setBanner] = useState<Banner | null>(null);
  const current = useRef(view);
  useEffect(() => {
    current.current = view;
  }, [view]);
  useEffect(() => {
    if (banner === null) return;
    const timer = setTimeout(() => setBanner(null), BANNER_MS);
    return () => clearTimeout(timer);
  }, [banner]);

  const shopName = account?.username ?? '';
  const onEvent = useCallback(
    (event: LiveEvent) => {
      const next = toBanner(event, persona, shopName, current.current);
      if (next !== null) setBanner(next);
    },
    [persona, shopName],
  );
  usePhoneLive(accountId, onEvent);

  const unseen = threads.data?.find((thread) => thread.personaId === persona.id)?.unseenByPersona ?? 0;
  const open = (next: PhoneView) => {
    setBanner(null);
    setView(next);
  };
  if (account === undefined) return null;
  return (
    <PhoneContext value={{ account, persona, open, openUrl: setOpenedUrl }}>
      <PhoneFrame isDark={isDark}>
        {banner !== null && (
          <button
            type="button"
            className={classes['banner']}
            onClick={() => open(banner.view)}
            data-testid="phone-banner"
          >
            <img src={account.pictureUrl} alt="" />
            <span>
              <b>{banner.title}</b>
              {banner.text}
            </span>
          </button>
        )}
        <div className={classes['screen']} aria-live="polite">
          {view.kind === 'feed' && <FeedScreen />}
          {view.kind === 'post' && <PostScreen mediaId={view.mediaId} />}
          {view.kind === 'story' && <StoryScreen mediaId={view.mediaId} />}
          {view.kind === 'thread' && <ThreadScreen />}
        </div>
        {openedUrl !== null && <BrowserSheet url={openedUrl} onClose={() => setOpenedUrl(null)} />}
        {view.kind !== 'story' && (
          <nav className={classes['tabs']} aria-label="Phone">
            <button
              type="button"
              aria-current={view.kind !== 'thread'}
              onClick={() => open({ kind: 'feed' })}
              aria-label="Posts"
              data-testid="phone-tab-posts"
            >
              <IconHome size={23} stroke={view.kind === 'thread' ? 1.6 : 2.2} />
            </button>
            <button
              type="button"
              aria-current={view.kind === 'thread'}
              onClick={() => open({ kind: 'thread' })}
              aria-label={unseen === 0 ? 'Messages' : `Messages, ${unseen} new`}
              data-testid="phone-tab-messages"
            >
              <IconMessageCircle size={23} stroke={view.kind === 'thread' ? 2.2 : 1.6} />
              {unseen > 0 && view.kind !== 'thread' && <span className={classes['count']}>{unseen}</span>}
            </button>
          </nav>
        )}
      </PhoneFrame>
    </PhoneContext>
  );
}

/** What a person would see pop up; nothing for what is on the screen already, or is their own doing. */
function toBanner(event: LiveEvent, persona: PersonaView, shopName: string, view: PhoneView): Banner | null {
  if (
    event.kind === 'bubble' &&
    event.personaId === persona.id &&
    event.bubble.from === 'business' &&
    view.kind !== 'thread'
  ) {
    return { key: event.bubble.mid, title: shopName, text: bubbleSummary(event.bubble), view: { kind: 'thread' } };
  }
  if (
    event.kind === 'comment' &&
    event.comment.isByBusiness &&
    event.personaId === persona.id &&
    !(view.kind === 'post' && view.mediaId === event.comment.mediaId)
  ) {
    return {
      key: event.comment.id,
      title: `${shopName} replied to your comment`,
      text: event.comment.text,
      view: { kind: 'post', mediaId: event.comment.mediaId },
    };
  }
  return null;
}
