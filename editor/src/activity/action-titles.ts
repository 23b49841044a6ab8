/** What each kind of action is called in lists. */
export const ACTION_TITLES: Readonly<Record<string, string>> = {
  message: 'Direct message',
  privateReply: 'Message to a commenter',
  commentReply: 'Public reply',
  hideComment: 'Comment hidden or shown',
  typing: 'Typing dots',
  markSeen: 'Marked as seen',
  createContainer: 'Post prepared',
  publishContainer: 'Post published',
  http: 'Call to another system',
};

/** Kinds of action that one may look for. */
export const ACTION_CHOICES: readonly { readonly value: string; readonly label: string }[] = Object.entries(
  ACTION_TITLES,
).map(([value, label]) => ({ value, label }));
