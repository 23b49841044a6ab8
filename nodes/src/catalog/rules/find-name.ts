import type { FoundPrice } from './find-prices.ts';

const MAX_NAME = 80;
/** Openers that say nothing about the product. */
const OPENER =
  /^(?:(?:brand )?new (?:arrivals?|in|stock|drop|collection)|new(?=\s*[:!])|just (?:in|landed|arrived)|back in stock|restock(?:ed)?|now available|available now|available|in stock|hot (?:sale|deal)|on sale|sale|flash sale|offer(?: of the (?:day|week))?|mpya(?: dukani| sokoni)?|zimefika|imefika|ofa(?: ya (?:leo|wiki))?|sasa (?:inapatikana|zinapatikana)|inapatikana|habari(?: zenu)?|karibu(?:ni)?|hello|hi|good morning)\b[\s!:.,–-]*/iu;
/** Lines that are about ordering. */
const ORDERING =
  /(?:\b(?:dm|inbox|whats ?app|call|tel|order|link in bio|deliver|delivery|usafiri|piga simu|agiza|wasiliana|location|located|visit|till|paybill|follow|tag a friend|comment)\b|https?:)/iu;

/** The name of the product: what is left of the first sentence that says something. Empty when none does. */
export function findName(caption: string, prices: readonly FoundPrice[]): string {
  for (const part of withoutPrices(caption, prices).split(/\n|(?<=[.!?])\s+/u)) {
    const sentence = clean(part);
    if (/\p{L}{3}/u.test(sentence) && !ORDERING.test(sentence)) return shorten(sentence);
  }
  return '';
}

/** The caption with each price cut out, so that no name ends in one. */
function withoutPrices(caption: string, prices: readonly FoundPrice[]): string {
  let text = caption;
  for (const { start, end } of prices.toReversed()) text = `${text.slice(0, start)}\u0000${text.slice(end)}`;
  return text;
}

function clean(line: string): string {
  let text = line
    .replaceAll(/[#@][\p{L}\p{N}_.]+/gu, ' ')
    .replaceAll(/(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f|[*_~•|])+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  for (let previous = ''; previous !== text;) {
    previous = text;
    text = text.replace(OPENER, '').trim();
  }
  // What introduces the price goes with it: "Ankle boots at KES 2,500" is about ankle boots.
  const [head = '', ...rest] = text.split('\u0000');
  const name = head.replace(
    /[\s,:;@–—-]*(?:\b(?:at|for|only|just|now|was|is|are|from|price[ds]?|going|bei|ni|kwa|tu|sasa|ilikuwa|kuanzia|goes|cost|costs|each|yake|zake|offer|ofa)\b[\s,:;@–—-]*)*$/iu,
    '',
  );
  return (name.trim() === '' ? rest.join(' ') : name).replaceAll(/^[\s,.:;!–—-]+|[\s,.:;!–—/-]+$/gu, '');
}

/** The first sentence, cut at a word. */
function shorten(text: string): string {
  const sentence = /^.{3,}?(?=[.!?](?:\s|$)|\s[–—-]\s)/u.exec(text)?.[0] ?? text;
  if (sentence.length <= MAX_NAME) return sentence;
  return `${sentence.slice(0, MAX_NAME).replace(/\s+\S*$/u, '')}…`;
}
