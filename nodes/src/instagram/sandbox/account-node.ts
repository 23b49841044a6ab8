import type { SandboxCore } from './core.ts';
import { askedFields } from './graph-call.ts';
import type { GraphEdges } from './graph-call.ts';
import { readFields } from './graph-fields.ts';
import type { NodeShape } from './graph-fields.ts';
import type { AccountRow } from './model.ts';
import { toPictureUrl } from './pictures.ts';

/** `GET /me` and `GET /{ig-id}`. */
export const ACCOUNT_EDGES: GraphEdges = {
  'account GET ': {
    scopes: ['instagram_business_basic'],
    target: 'read',
    bucket: 'instagram',
    answer: (call) => readFields(accountShape(call.core), call.account, askedFields(call)),
  },
};

function accountShape(core: SandboxCore): NodeShape<AccountRow> {
  return {
    typeName: 'IGUser',
    defaults: ['id'],
    readers: {
      // the app-scoped id: webhooks and paths use user_id
      id: (account) => account.appScopedId,
      user_id: (account) => account.id,
      username: (account) => account.username,
      name: (account) => account.name,
      account_type: (account) => account.accountType,
      biography: (account) => account.biography,
      website: () => undefined,
      profile_picture_url: (account) => toPictureUrl(core.baseUrl(), account.picture),
      followers_count: (account) => account.followersCount,
      follows_count: (account) => account.followsCount,
      media_count: (account) =>
        core.state.media
          .group('account', account.id)
          .filter((media) => media.parentId === null && media.kind !== 'story' && media.kind !== 'live').length,
    },
  };
}
