import { FlowError, type JsonObject, type JsonValue } from '@heddle/schemas';
import type { PlatformAccount } from '@heddle/engine';
import { compact, graphPath, listProperty, objectProperty, property, textProperty } from './graph-api.ts';
import { getFromGraph } from './get-from-graph.ts';
import { readForPublishing } from './publish-read.ts';

/**
 * Reads data of the account.
 *
 * `profile` {platformId} → {platformId, name, firstName, username, pictureUrl, followerCount, isFollower, isFollowed, isVerified};
 * `media` {limit?, after?} → {items: [{id, caption, kind, mediaUrl, thumbnailUrl, permalink, timestamp}], after?};
 * `comment` {commentId} → {commentId, text, timestamp, fromId, username, mediaId};
 * `publishingLimit`, `publishingCheck`, `container`, `post`: see `readForPublishing`;
 * `account` {} → {externalId, username, name, pictureUrl, followerCount, mediaCount}.
 * Values that Instagram does not give are absent.
 *
 * @throws FlowError `REQUEST_INVALID` for anything else; `PLATFORM_*`.
 */
export async function readFromInstagram(
  what: string,
  args: JsonObject,
  account: PlatformAccount,
  nowMs: () => number,
): Promise<JsonValue> {
  switch (what) {
    case 'profile':
      return toProfile(
        await getFromGraph(
          account,
          graphPath(requireArg(args, 'platformId')),
          {
            fields:
              'name,username,profile_pic,follower_count,is_user_follow_business,is_business_follow_user,is_verified_user',
          },
          nowMs,
        ),
      );
    case 'media': {
      const limit = Math.min(100, Math.max(1, Math.trunc(Number(args['limit'] ?? 25)) || 25));
      const after = textProperty(args, 'after');
      const query = {
        fields:
          'id,caption,media_type,media_product_type,media_url,thumbnail_url,permalink,timestamp,comments_count,like_count',
        limit: String(limit),
        ...(after === undefined ? {} : { after }),
      };
      return toMediaPage(await getFromGraph(account, graphPath(account.externalId, 'media'), query, nowMs));
    }
    case 'comment':
      return toComment(
        await getFromGraph(
          account,
          graphPath(requireArg(args, 'commentId')),
          { fields: 'id,text,timestamp,username,from,media,parent_id' },
          nowMs,
        ),
      );
    case 'account':
      return toAccount(
        await getFromGraph(
          account,
          graphPath('me'),
          { fields: 'id,user_id,username,name,account_type,profile_picture_url,followers_count,media_count' },
          nowMs,
        ),
      );
    default: {
      const found = await readForPublishing(what, args, account, nowMs);
      if (found !== undefined) return found;
      throw new FlowError(
        'REQUEST_INVALID',
        `Instagram has no data called "${what}"; there are profile, media, comment, account, publishingLimit, publishingCheck, container and post.`,
      );
    }
  }
}

function requireArg(args: JsonObject, name: string): string {
  const value = textProperty(args, name);
  if (value === undefined) throw new FlowError('REQUEST_INVALID', `"${name}" is missing.`);
  return value;
}

function toProfile(body: JsonValue): JsonObject {
  return compact({
    platformId: textProperty(body, 'id'),
    name: textProperty(body, 'name'),
    firstName: firstNameOf(textProperty(body, 'name')),
    username: textProperty(body, 'username'),
    pictureUrl: textProperty(body, 'profile_pic'),
    followerCount: property(body, 'follower_count'),
    isFollower: property(body, 'is_user_follow_business'),
    isFollowed: property(body, 'is_business_follow_user'),
    isVerified: property(body, 'is_verified_user'),
  });
}

/** People write titles, emoji and shop names there too: only a first word that is made of letters counts as a name. */
function firstNameOf(name: string | undefined): string | undefined {
  const first = name?.trim().split(/\s+/u)[0] ?? '';
  return /^[\p{L}\p{M}'’.-]{2,40}$/u.test(first) ? first : undefined;
}

function toMediaPage(body: JsonValue): JsonObject {
  const items = listProperty(body, 'data').map((item) =>
    compact({
      id: textProperty(item, 'id'),
      caption: textProperty(item, 'caption'),
      kind: textProperty(item, 'media_product_type') ?? 'FEED',
      mediaType: textProperty(item, 'media_type'),
      mediaUrl: textProperty(item, 'media_url'),
      thumbnailUrl: textProperty(item, 'thumbnail_url'),
      permalink: textProperty(item, 'permalink'),
      timestamp: textProperty(item, 'timestamp'),
      commentCount: property(item, 'comments_count'),
      likeCount: property(item, 'like_count'),
    }),
  );
  const paging = objectProperty(body, 'paging');
  // A cursor comes with every page; only `next` says that another page follows.
  const after =
    textProperty(paging, 'next') === undefined ? undefined : textProperty(property(paging, 'cursors'), 'after');
  return compact({ items, after });
}

function toComment(body: JsonValue): JsonObject {
  const from = objectProperty(body, 'from');
  return compact({
    commentId: textProperty(body, 'id'),
    text: textProperty(body, 'text'),
    timestamp: textProperty(body, 'timestamp'),
    fromId: textProperty(from, 'id'),
    username: textProperty(body, 'username') ?? textProperty(from, 'username'),
    mediaId: textProperty(property(body, 'media'), 'id'),
    parentId: textProperty(body, 'parent_id'),
  });
}

/** Some pages show the answer wrapped in `data: [ … ]`, production gives it flat: both are read (platforms.md A.1). */
export function toAccount(body: JsonValue): JsonObject {
  const flat = listProperty(body, 'data')[0] ?? body;
  return compact({
    // `user_id` is the id that webhooks carry; `id` is scoped to the app, and only requests about privacy name it.
    externalId: textProperty(flat, 'user_id'),
    appScopedId: textProperty(flat, 'id'),
    username: textProperty(flat, 'username'),
    name: textProperty(flat, 'name'),
    pictureUrl: textProperty(flat, 'profile_picture_url'),
    accountType: textProperty(flat, 'account_type'),
    followerCount: property(flat, 'followers_count'),
    mediaCount: property(flat, 'media_count'),
  });
}
