import { isJsonObject, type JsonObject, type JsonValue, type NodeDefinitionData } from '@heddle/schemas';

/** A button or quick reply in a preview. */
export interface PreviewButton {
  readonly title: string;
  readonly kind: 'link' | 'postback';
}

/** A card in a preview. */
export interface PreviewCard {
  readonly title: string;
  readonly subtitle: string;
  readonly imageUrl: string;
  readonly buttons: readonly PreviewButton[];
}

/** What the contact will see, bubble by bubble. Texts still hold their fields. */
export type PreviewBubble =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly buttons: readonly PreviewButton[];
      readonly quickReplies: readonly string[];
    }
  | { readonly kind: 'media'; readonly media: 'image' | 'video' | 'audio' | 'file'; readonly url: string }
  | { readonly kind: 'carousel'; readonly cards: readonly PreviewCard[] }
  | { readonly kind: 'comment'; readonly texts: readonly string[] };

/** The bubbles of a config by what it holds: `parts`, `cards`, `variations`, or one `text` or `question` with `choices`. */
export function previewBubbles(definition: Pick<NodeDefinitionData, 'preview'>, config: JsonObject): PreviewBubble[] {
  const { parts, cards, variations } = config;
  if (definition.preview === 'comment')
    return [{ kind: 'comment', texts: (Array.isArray(variations) ? variations : [config['text'] ?? '']).map(textOf) }];
  if (Array.isArray(parts)) return parts.flatMap((part) => (isJsonObject(part) ? [bubbleOf(part)] : []));
  if (Array.isArray(cards)) return [carousel(cards)];
  // Without a question of its own, a waiting node sends nothing, its choices included.
  if (config['text'] === undefined && textOf(config['question']) === '') return [];
  const text = textOf(config['text'] ?? config['question']);
  const choices =
    config['kind'] === undefined || config['kind'] === 'choice'
      ? titlesOf(config['choices'] ?? config['quickReplies'])
      : [];
  return [{ kind: 'text', text, buttons: buttonsOf(config['buttons']), quickReplies: choices }];
}

function bubbleOf(part: JsonObject): PreviewBubble {
  const { kind } = part;
  if (kind === 'image' || kind === 'video' || kind === 'audio' || kind === 'file')
    return { kind: 'media', media: kind, url: textOf(part['url']) };
  if (kind === 'carousel') return carousel(Array.isArray(part['cards']) ? part['cards'] : []);
  return {
    kind: 'text',
    text: textOf(part['text']),
    buttons: buttonsOf(part['buttons']),
    quickReplies: titlesOf(part['quickReplies']),
  };
}

function carousel(cards: readonly JsonValue[]): PreviewBubble {
  return {
    kind: 'carousel',
    cards: cards.filter(isJsonObject).map((card) => ({
      title: textOf(card['title']),
      subtitle: textOf(card['subtitle']),
      imageUrl: textOf(card['imageUrl']),
      buttons: buttonsOf(card['buttons']),
    })),
  };
}

function buttonsOf(value: JsonValue | undefined): PreviewButton[] {
  return (Array.isArray(value) ? value : [])
    .filter(isJsonObject)
    .map((button) => ({ title: textOf(button['title']), kind: button['kind'] === 'link' ? 'link' : 'postback' }));
}

function titlesOf(value: JsonValue | undefined): string[] {
  return (Array.isArray(value) ? value : []).filter(isJsonObject).map((item) => textOf(item['title'] ?? item['label']));
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
