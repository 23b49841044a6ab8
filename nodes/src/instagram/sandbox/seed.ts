/** The world that a new sandbox starts with. Ids are fixed, so that docs, tests and fixtures can name them. */
import type { SandboxCore } from './core.ts';
import type { AccountRow, MediaRow, PersonaRow } from './model.ts';
import { SEED_PERSONAS, SEED_POSTS } from './seed-content.ts';
import type { SeedPost } from './seed-content.ts';
import { addSeedComments } from './seed-comments.ts';

/** Raised when the seed's content changes; an older state keeps what it has. */
export const SEED_VERSION = 1;
export const SEED_ACCOUNT_ID = '17841400000000001';

export const SEED_ACCOUNT: AccountRow = {
  id: SEED_ACCOUNT_ID,
  appScopedId: '24567890123456789',
  number: 1,
  username: 'maua.studio',
  name: 'Maua Studio',
  accountType: 'BUSINESS',
  biography: 'Flowers, baskets and clay. Nairobi and Kampala. Tunaleta popote. Price in the caption or ask.',
  picture: 'avatar-maua',
  followersCount: 18_420,
  followsCount: 311,
  isPublic: true,
  allowsMessageAccess: true,
  isRestricted: false,
  impressions24h: 5200,
};

/** Puts app, account, personas and posts (inside a transaction). */
export function seedWorld(core: SandboxCore): void {
  const { app, webhook } = core.config;
  core.state.apps.put(app.id, {
    id: app.id,
    name: app.name,
    callbackUrl: webhook?.callbackUrl ?? null,
    verifyToken: webhook?.verifyToken ?? '',
    isVerified: false,
  });
  core.state.accounts.put(SEED_ACCOUNT.id, SEED_ACCOUNT);
  for (const persona of SEED_PERSONAS) core.state.personas.put(persona.id, persona);
  // a day and a bit per post, the newest a few hours old
  const startMs = core.nowMs() - 4 * 3_600_000;
  SEED_POSTS.forEach((post, index) =>
    putSeedPost(core, post, SEED_POSTS.length - index, startMs - index * 31 * 3_600_000),
  );
  addSeedComments(core, SEED_ACCOUNT);
  core.state.meta.put('seed', { seedVersion: SEED_VERSION });
}

/** @param number 1 for the oldest: the end of the post's id. */
function putSeedPost(core: SandboxCore, post: SeedPost, number: number, timestampMs: number): void {
  const id = seedPostId(number);
  const childIds =
    post.pictures.length > 1
      ? post.pictures.map(
          (_, item) => `1800000000${String(number).padStart(3, '0')}${String(item + 1).padStart(4, '0')}`,
        )
      : [];
  const row = (over: Partial<MediaRow>): MediaRow => ({
    id,
    seq: core.state.nextSeq(),
    accountId: SEED_ACCOUNT.id,
    kind: post.kind,
    caption: post.caption,
    source: post.pictures[0] ?? 'bouquet',
    childIds: [],
    parentId: null,
    shortcode: `DSeed${String(number).padStart(6, '0')}`,
    timestampMs,
    isCommentEnabled: true,
    likeCount: post.likes,
    isSharedToFeed: true,
    altText: null,
    isAiGenerated: false,
    isByApi: false,
    isLiveNow: false,
    ...over,
  });
  childIds.forEach((childId, item) =>
    core.state.media.put(
      childId,
      row({ id: childId, kind: 'image', caption: '', source: post.pictures[item] ?? 'bouquet', parentId: id }),
    ),
  );
  core.state.media.put(id, row({ childIds }));
}

/** Id of the n-th oldest seeded post, 1 to 12. */
export function seedPostId(number: number): string {
  return `180000000000000${String(number).padStart(2, '0')}`;
}

export function toPersonaRow(
  row: Partial<PersonaRow> & { id: string; number: number; name: string; username: string },
): PersonaRow {
  return {
    avatarColor: '#7a2e5d',
    picture: 'avatar-1',
    language: 'en',
    about: '',
    isVerified: false,
    followerCount: 120,
    followsBusiness: false,
    businessFollows: false,
    reach: 'ok',
    isSynthetic: false,
    ...row,
  };
}
