import { askedFields, getRow } from './graph-call.ts';
import type { GraphCall, GraphEdges } from './graph-call.ts';
import { GraphError, missingObject } from './graph-error.ts';
import { readFields } from './graph-fields.ts';
import type { NodeShape } from './graph-fields.ts';
import type { PersonaRow } from './model.ts';
import { findPersonaByIgsid, toIgsid } from './people.ts';
import { toPictureUrl } from './pictures.ts';
import { toThreadKey } from './threads.ts';

/** `GET /{IGSID}`: only after the person has written (a comment is not enough). platforms.md A.6. */
export const PROFILE_EDGES: GraphEdges = {
  'person GET ': {
    scopes: ['instagram_business_basic', 'instagram_business_manage_messages'],
    target: 'read',
    bucket: 'messaging',
    answer: readProfile,
  },
};

function readProfile(call: GraphCall): unknown {
  const { core, account } = call;
  const persona = getRow(call, findPersonaByIgsid(core.state, account, call.nodeId));
  if (persona.reach === 'blocked') throw missingObject(call.method, call.nodeId);
  if (core.state.threads.find(toThreadKey(account, persona))?.hasConsent !== true) {
    const code = core.settings().variants.consentErrorCode;
    throw new GraphError(code, `(#${code}) User consent is required to access user profile.`);
  }
  const shape: NodeShape<PersonaRow> = {
    typeName: 'IGScopedUser',
    defaults: ['name', 'username'],
    readers: {
      id: (row) => toIgsid(account, row),
      name: (row) => (row.name === '' ? null : row.name),
      username: (row) => row.username,
      profile_pic: (row) => toPictureUrl(core.baseUrl(), row.picture),
      follower_count: (row) => row.followerCount,
      is_user_follow_business: (row) => row.followsBusiness,
      is_business_follow_user: (row) => row.businessFollows,
      is_verified_user: (row) => row.isVerified,
    },
  };
  return readFields(shape, persona, askedFields(call));
}
