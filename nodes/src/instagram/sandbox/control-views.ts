/** Rows as the customer API shows them. */
import { toCommentView } from './comment-rows.ts';
import type { SandboxCore } from './core.ts';
import type { AccountView, AppView, PersonaView, PostView, SandboxInfo } from './customer-api.ts';
import { toPermalink } from './media-kinds.ts';
import type { AccountRow, AppRow, MediaRow, PersonaRow } from './model.ts';
import { toIgsid } from './people.ts';
import { toPictureUrl } from './pictures.ts';
import { newestFirst } from './paging.ts';

const COMMENT_LIMIT = 200;

export function toSandboxInfo(core: SandboxCore): SandboxInfo {
  const accounts = core.state.accounts.all();
  const first = accounts[0];
  return {
    baseUrl: core.baseUrl(),
    nowMs: core.nowMs(),
    apps: core.state.apps.all().map((app) => toAppView(core, app)),
    accounts: accounts.map((account) => toAccountView(core, account)),
    personas: first ? listPersonas(core, first) : [],
  };
}

export function toAppView(core: SandboxCore, app: AppRow): AppView {
  return {
    id: app.id,
    name: app.name,
    callbackUrl: app.callbackUrl,
    isVerified: app.isVerified,
    subscriptions: core.state.subscriptions
      .all()
      .filter((row) => row.appId === app.id)
      .map((row) => ({ accountId: row.accountId, fields: row.fields })),
  };
}

export function toAccountView(core: SandboxCore, account: AccountRow): AccountView {
  const profile = core.state.profiles.find(account.id);
  return {
    id: account.id,
    appScopedId: account.appScopedId,
    username: account.username,
    name: account.name,
    accountType: account.accountType,
    biography: account.biography,
    pictureUrl: toPictureUrl(core.baseUrl(), account.picture),
    followersCount: account.followersCount,
    followsCount: account.followsCount,
    postsCount: listPosts(core, account).length,
    isPublic: account.isPublic,
    allowsMessageAccess: account.allowsMessageAccess,
    isRestricted: account.isRestricted,
    iceBreakers: (profile?.iceBreakers ?? []).map((item) => item.question),
    menu: (profile?.menu ?? []).map((item) => ({ title: item.title, type: item.type })),
  };
}

export function listPersonas(core: SandboxCore, account: AccountRow): PersonaView[] {
  return core.state.personas
    .all()
    .filter((persona) => !persona.isSynthetic)
    .map((persona) => toPersonaView(core, account, persona));
}

export function toPersonaView(core: SandboxCore, account: AccountRow, persona: PersonaRow): PersonaView {
  const {
    id,
    name,
    username,
    avatarColor,
    language,
    about,
    isVerified,
    followerCount,
    followsBusiness,
    businessFollows,
    reach,
  } = persona;
  return {
    id,
    igsid: toIgsid(account, persona),
    name,
    username,
    avatarColor,
    pictureUrl: toPictureUrl(core.baseUrl(), persona.picture),
    language,
    about,
    isVerified,
    followerCount,
    followsBusiness,
    businessFollows,
    reach,
  };
}

/** Posts that a visitor of the profile sees, newest first. */
export function listPosts(core: SandboxCore, account: AccountRow): MediaRow[] {
  return core.state.media
    .group('account', account.id)
    .filter((media) => media.parentId === null)
    .sort(newestFirst);
}

export function toPostView(core: SandboxCore, media: MediaRow): PostView {
  const comments = core.state.comments.group('media', media.id);
  const sources =
    media.childIds.length > 0
      ? media.childIds.flatMap((id) => core.state.media.find(id)?.source ?? [])
      : [media.source];
  return {
    id: media.id,
    accountId: media.accountId,
    kind: media.kind === 'video-item' ? 'image' : media.kind,
    caption: media.caption,
    // a published film has no picture of its own here
    pictureUrls: sources.map((source) =>
      toPictureUrl(core.baseUrl(), /\.(mp4|mov)([?#]|$)/i.test(source) ? 'reel-market' : source),
    ),
    permalink: toPermalink(media),
    atMs: media.timestampMs,
    likeCount: media.likeCount,
    commentsCount: comments.length,
    isCommentEnabled: media.isCommentEnabled,
    comments: [...comments]
      .sort(newestFirst)
      .slice(0, COMMENT_LIMIT)
      .reverse()
      .map((comment) => toCommentView(core, comment)),
  };
}
