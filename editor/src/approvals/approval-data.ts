import { isJsonObject, type JsonObject, type JsonValue } from '@heddle/schemas';
import { formatMoney } from '@heddle/nodes/definitions';

/** A picture to look at. */
export interface Picture {
  readonly url: string;
  readonly alt: string;
}

/** One fact of what there is to decide on. */
export interface Fact {
  readonly label: string;
  readonly text: string;
  /** `long`: a text of several lines; `link`: an address. */
  readonly kind: 'plain' | 'long' | 'link';
}

/** What there is to decide on, for a person who reads no JSON. */
export interface DecisionData {
  readonly pictures: readonly Picture[];
  readonly facts: readonly Fact[];
  /** Something was left out of the facts, so the whole is worth showing on demand. */
  readonly hasMore: boolean;
}

const MAX_FACTS = 12;
const MAX_PICTURES = 10;
const MAX_DEPTH = 3;
const PICTURE_NAME = /(picture|image|photo|thumbnail|avatar)(s|Url|Urls|Uri)?$/i;
const PICTURE_FILE = /\.(jpe?g|png|gif|webp|avif)(\?|#|$)/i;
/** Names that say nothing: what is in them stands for itself. */
const WRAPPERS = new Set(['data', 'input', 'output', 'item', 'body', 'value', 'result', 'draft', 'product', 'post']);
/** What a person looks for first. Stored objects forget the order of their fields. */
const FIRST = ['name', 'title', 'caption', 'text', 'message', 'price', 'amount', 'total', 'description'];
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
const MINOR_NAME = /^(.*?)(Minor|InMinor|Cents)$/;

/** Sorts the data of a question into pictures and named facts. Ids and empty values say nothing to a person and are left out. */
export function toDecisionData(data: JsonValue): DecisionData {
  const found: { pictures: Picture[]; facts: Fact[]; isCut: boolean } = { pictures: [], facts: [], isCut: false };
  if (isJsonObject(data)) readObject(data, '', 1, found);
  else if (Array.isArray(data)) readList(data, 'Entry', 'entry', 1, found);
  else readScalar(data, 'Value', 'value', {}, found);
  return {
    pictures: found.pictures.slice(0, MAX_PICTURES),
    facts: found.facts.toSorted((a, b) => rankOf(a) - rankOf(b)).slice(0, MAX_FACTS),
    hasMore: found.isCut || found.facts.length > MAX_FACTS || found.pictures.length > MAX_PICTURES,
  };
}

/** Known names first, links last, everything else as it comes. */
function rankOf({ label, kind }: Fact): number {
  const rank = FIRST.indexOf(label.toLowerCase());
  return rank !== -1 ? rank : kind === 'link' ? FIRST.length + 1 : FIRST.length;
}

type Found = { pictures: Picture[]; facts: Fact[]; isCut: boolean };

function readObject(object: JsonObject, prefix: string, depth: number, found: Found): void {
  for (const [name, value] of Object.entries(object)) {
    const label = prefix === '' ? toLabel(name) : `${prefix}: ${toLabel(name).toLowerCase()}`;
    if (Array.isArray(value)) readList(value, label, name, depth, found);
    else if (isJsonObject(value)) {
      if (depth < MAX_DEPTH) readObject(value, WRAPPERS.has(name) ? prefix : label, depth + 1, found);
      else found.isCut = true;
    } else readScalar(value, label, name, object, found);
  }
}

function readList(list: readonly JsonValue[], label: string, name: string, depth: number, found: Found): void {
  if (list.length === 0) return;
  const scalars = list.filter((item) => !isJsonObject(item) && !Array.isArray(item) && item !== null);
  if (scalars.length === list.length) {
    const pictures = scalars.filter((item): item is string => typeof item === 'string' && isPicture(name, item));
    if (pictures.length === list.length) found.pictures.push(...pictures.map((url) => ({ url, alt: '' })));
    else found.facts.push({ label, text: scalars.map(String).join(', '), kind: 'plain' });
    return;
  }
  if (depth >= MAX_DEPTH) {
    found.isCut = true;
    return;
  }
  list.forEach((item, index) => {
    if (isJsonObject(item)) readObject(item, `${label} ${index + 1}`, depth + 1, found);
    else found.isCut = true;
  });
}

function readScalar(value: JsonValue, label: string, name: string, owner: JsonObject, found: Found): void {
  if (value === null || value === '') return;
  // Said with each amount already.
  if (
    name === 'currency' &&
    Object.entries(owner).some(([other, amount]) => asMoney(other, amount, owner) !== undefined)
  )
    return;
  // Said by the picture that it describes.
  if (
    /^alt(Text)?$/.test(name) &&
    Object.entries(owner).some(([other, url]) => typeof url === 'string' && isPicture(other, url))
  )
    return;
  if (isId(name, value)) {
    found.isCut = true;
    return;
  }
  if (typeof value === 'string') {
    if (isPicture(name, value)) {
      const alt = owner['altText'] ?? owner['alt'] ?? owner['name'];
      found.pictures.push({ url: value, alt: typeof alt === 'string' ? alt : '' });
      return;
    }
    if (MOMENT.test(value)) {
      found.facts.push({ label, text: shortTime(value), kind: 'plain' });
      return;
    }
    const kind = /^https?:\/\/\S+$/.test(value) ? 'link' : value.length > 80 || value.includes('\n') ? 'long' : 'plain';
    found.facts.push({ label, text: value, kind });
    return;
  }
  if (typeof value === 'boolean') {
    found.facts.push({ label, text: value ? 'Yes' : 'No', kind: 'plain' });
    return;
  }
  const money = asMoney(name, value, owner);
  found.facts.push(
    money === undefined
      ? { label, text: value.toLocaleString('en-GB', { maximumFractionDigits: 2 }), kind: 'plain' }
      : { label: label.replace(/ (?:in )?(?:minor|cents)$/i, ''), text: money, kind: 'plain' },
  );
}

/** A moment in the reader's time zone, to the minute. */
function shortTime(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}

/** `priceMinor` beside a `currency` is an amount of money. */
function asMoney(name: string, value: JsonValue, owner: JsonObject): string | undefined {
  const currency = owner['currency'];
  if (typeof value !== 'number' || typeof currency !== 'string' || !MINOR_NAME.test(name)) return undefined;
  return formatMoney(value, currency);
}

function isPicture(name: string, value: string): boolean {
  if (!/^(https?:\/\/|\/|data:image\/)/.test(value)) return false;
  return PICTURE_NAME.test(name) || PICTURE_FILE.test(value) || value.startsWith('data:image/');
}

function isId(name: string, value: JsonValue): boolean {
  if (/(^id|Ids?|_id)$/.test(name)) return true;
  return typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value);
}

/** "altText" as "Alt text", "price_minor" as "Price minor". */
function toLabel(name: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .trim()
    .toLowerCase();
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1);
}
