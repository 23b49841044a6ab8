/** Permissions of Instagram Login. The names without `instagram_` are dead since 2025-01-27. */
export const SCOPES = [
  'instagram_business_basic',
  'instagram_business_manage_messages',
  'instagram_business_manage_comments',
  'instagram_business_content_publish',
  'instagram_business_manage_insights',
] as const;

export type Scope = (typeof SCOPES)[number];

export const SCOPE_TEXTS: Readonly<Record<Scope, { title: string; text: string }>> = {
  instagram_business_basic: {
    title: 'Access profile and media',
    text: 'See your profile, posts, reels and stories. Always needed.',
  },
  instagram_business_manage_messages: {
    title: 'Access and manage messages',
    text: 'Read messages people send you and answer them.',
  },
  instagram_business_manage_comments: {
    title: 'Access and manage comments',
    text: 'Read, answer, hide and delete comments, and reply to them in private.',
  },
  instagram_business_content_publish: {
    title: 'Create content',
    text: 'Publish posts, carousels, reels and stories for you.',
  },
  instagram_business_manage_insights: { title: 'Access insights', text: 'See numbers about your account and posts.' },
};

export function isScope(name: string): name is Scope {
  return SCOPES.some((scope) => scope === name);
}
