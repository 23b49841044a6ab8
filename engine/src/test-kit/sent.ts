import type { PlatformAction } from '@heddle/schemas';

/** One thing a flow sent, captured instead of sent. */
export interface SentAction {
  readonly runId: string;
  readonly node: string;
  readonly visit: number;
  /** Key of the send within the node's visit. */
  readonly key: string;
  /** Slot as written in the config (`@shop`); absent for plain HTTP. */
  readonly connection?: string;
  readonly action: PlatformAction;
  readonly atMs: number;
}

/** The words of an action, for comparing and for showing: the text of a message or reply, title and subtitle of cards. */
export function textOfAction(action: PlatformAction): string {
  switch (action.kind) {
    case 'commentReply':
      return action.text;
    case 'message':
    case 'privateReply':
      return textOfMessage(action.message);
    case 'http':
      return action.body ?? '';
    default:
      return '';
  }
}

function textOfMessage(message: Extract<PlatformAction, { kind: 'message' }>['message']): string {
  switch (message.kind) {
    case 'text':
    case 'buttons':
      return message.text;
    case 'carousel':
      return message.cards
        .map((card) => (card.subtitle === undefined ? card.title : `${card.title}\n${card.subtitle}`))
        .join('\n');
    default:
      return message.url;
  }
}
