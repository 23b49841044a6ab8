import { describe, expect, it } from 'vitest';
import { matchText, type TextMatchMode } from './index.ts';

describe('matchText', () => {
  it.each<[TextMatchMode, string, string, boolean]>([
    ['word', 'PRICE?', 'price', true],
    ['word', 'what are the prices', 'price', false],
    ['word', 'preprice', 'price', false],
    ['word', 'price_list', 'price', false],
    ['word', '¿Cuál es el PRECIO?', 'précio', true],
    ['word', 'how    much is it', 'how much', true],
    ['word', 'İSTANBUL', 'istanbul', true],
    ['word', 'ΠΌΣΟ ΚΆΝΕΙ; ΠΌΣΟΣ', 'πόσος', true],
    ['word', 'Straße 5', 'strasse', true],
    ['word', 'сколько стоит?', 'СТОИТ', true],
    ['word', 'كَم السعر؟', 'كم', true],
    ['word', 'नमस्ते', 'नमस्त', false],
    ['word', 'नमस्ते जी', 'नमस्ते', true],
    ['word', '这个价格多少', '价格', true],
    ['word', 'ราคาเท่าไหร่', 'ราคา', true],
    ['word', '가격은', '가격', false],
    ['word', 'i❤it', '❤️', true],
    ['word', 'yes👍🏽!', '👍', true],
    ['word', 'ｐｒｉｃｅ', 'price', true],
    ['word', 'don’t', "don't", true],
    ['word', 'price2', 'price', false],
    ['word', '$5', '$5', true],
    ['contains', 'the prices', 'PRICE', true],
    ['contains', 'cost', 'price', false],
    ['exact', '  Price ', 'price', true],
    ['exact', 'price?', 'price', false],
    ['startsWith', 'Price of it', 'PRICE', true],
    ['startsWith', 'The price', 'price', false],
    ['regex', 'Order 1234', 'order\\s+\\d{4}', true],
    ['regex', 'Élan', '^elan$', true],
    ['regex', 'elan', '^ÉLAN$', true],
    ['word', 'anything', ' ', false],
    ['contains', 'anything', '\u200b', false],
    ['word', '', 'price', false],
  ])('%s: %j with %j is %s', (mode, text, keyword, isFound) => {
    expect(matchText(text, [keyword], mode)).toEqual(isFound ? { keyword, index: 0 } : null);
  });

  it('gives the first keyword of the list that is there, as it was written', () => {
    expect(matchText('what does it COST', ['price', ' Cost ', 'what'], 'word')).toEqual({
      keyword: ' Cost ',
      index: 1,
    });
  });

  it('takes linear time for a pattern that makes others hang', () => {
    expect(matchText(`${'a'.repeat(20_000)}!`, ['(a+)+$', '(a|a)*b', '^(a?){50}a{50}$'], 'regex')).toBeNull();
  });

  it.each(['(', '(?=x)', '\\1', 'a{2000}'])('refuses the pattern %j in words', (pattern) => {
    expect(() => matchText('x', [pattern], 'regex')).toThrow(/The pattern ".+" cannot be read/u);
  });
});
