import type { Button, Card, JsonObject, OutgoingMessage, QuickReply } from '@heddle/schemas';
import { compact } from './graph-api.ts';

/** A bubble in the form of the Send API's `message` (platforms.md A.4). Limits are checked apart, by `validateAction`. */
export function toGraphMessage(message: OutgoingMessage): JsonObject {
  switch (message.kind) {
    case 'text': {
      const quickReplies = (message.quickReplies ?? []).map(toGraphQuickReply);
      return quickReplies.length === 0 ? { text: message.text } : { text: message.text, quick_replies: quickReplies };
    }
    case 'image':
    case 'video':
    case 'audio':
    case 'file':
      return { attachment: { type: message.kind, payload: { url: message.url } } };
    case 'buttons':
      return template({ template_type: 'button', text: message.text, buttons: message.buttons.map(toGraphButton) });
    case 'carousel':
      return template({ template_type: 'generic', elements: message.cards.map(toGraphElement) });
    default:
      return message satisfies never;
  }
}

function template(payload: JsonObject): JsonObject {
  return { attachment: { type: 'template', payload } };
}

/** The title stands in for a payload that is not given, so that an answer always carries one. */
function toGraphQuickReply(reply: QuickReply): JsonObject {
  return { content_type: 'text', title: reply.title, payload: nonEmpty(reply.payload) ?? reply.title };
}

function toGraphButton(button: Button): JsonObject {
  return button.kind === 'link'
    ? { type: 'web_url', title: button.title, url: button.url ?? '' }
    : { type: 'postback', title: button.title, payload: nonEmpty(button.payload) ?? button.title };
}

function toGraphElement(card: Card): JsonObject {
  const buttons = (card.buttons ?? []).map(toGraphButton);
  return compact({
    title: card.title,
    subtitle: nonEmpty(card.subtitle),
    image_url: nonEmpty(card.imageUrl),
    default_action: nonEmpty(card.url) === undefined ? undefined : { type: 'web_url', url: card.url ?? '' },
    buttons: buttons.length === 0 ? undefined : buttons,
  });
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}
