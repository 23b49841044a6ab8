import type { OutgoingMessage, PlatformAction } from '@heddle/schemas';

/** Whom or what an action goes to, as the platform names it; null when there is no such thing. */
export function targetOf(action: PlatformAction): string | null {
  switch (action.kind) {
    case 'message':
    case 'typing':
    case 'markSeen':
      return action.to;
    case 'privateReply':
    case 'commentReply':
    case 'hideComment':
      return action.commentId;
    case 'publishContainer':
      return action.containerId;
    case 'createContainer':
    case 'http':
      return null;
    default:
      return assertNever(action);
  }
}

/** An action in one line, for lists. */
export function summarise(action: PlatformAction): string {
  switch (action.kind) {
    case 'message':
    case 'privateReply':
      return summariseMessage(action.message);
    case 'commentReply':
      return action.text;
    case 'hideComment':
      return action.hide ? 'Hide the comment' : 'Show the comment';
    case 'typing':
      return 'Typing …';
    case 'markSeen':
      return 'Mark as seen';
    case 'createContainer':
      return action.container.kind === 'carousel'
        ? `Prepare a carousel of ${action.container.childIds.length} pictures`
        : `Prepare the picture ${action.container.url}`;
    case 'publishContainer':
      return action.caption === '' ? 'Publish a post without a caption' : action.caption;
    case 'http':
      return `${action.method} ${action.url}`;
    default:
      return assertNever(action);
  }
}

function summariseMessage(message: OutgoingMessage): string {
  switch (message.kind) {
    case 'text':
    case 'buttons':
      return message.text;
    case 'carousel':
      return message.cards.map((card) => card.title).join(' · ');
    default:
      return `${message.kind}: ${message.url}`;
  }
}

function assertNever(action: never): never {
  throw new TypeError(`Unknown action ${JSON.stringify(action)}`);
}
