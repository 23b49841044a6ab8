import { expect, it } from 'vitest';
import { toFileName } from './download.ts';

it('makes a file name from any title', () => {
  expect(toFileName('Send the price, when somebody comments!')).toBe('send-the-price-when-somebody-comments');
  expect(toFileName('  Café / déjà vu ')).toBe('cafe-deja-vu');
  expect(toFileName('???')).toBe('untitled');
  expect(toFileName('ab '.repeat(60))).toHaveLength(59);
});
