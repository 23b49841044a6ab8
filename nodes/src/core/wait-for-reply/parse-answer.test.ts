import { describe, expect, it } from 'vitest';
import { findChoice, parseEmail, readReply } from './parse-answer.ts';
import { parseDate } from './parse-date.ts';
import { parseNumber } from './parse-number.ts';
import { parsePhone } from './parse-phone.ts';

describe('parseNumber', () => {
  it.each<[string, number | undefined]>([
    ['42', 42],
    ['-3', -3],
    ['about 15 please', 15],
    ['1,234.56', 1234.56],
    ['1.234,56', 1234.56],
    ['1 234 567', 1234567],
    ["1'234.5", 1234.5],
    ['1,000', 1000],
    ['1.000', 1000],
    ['1,5', 1.5],
    ['0.125', 0.125],
    ['0,125', 0.125],
    ['1,00', 1],
    ['KES 2,500', 2500],
    ['2.500.000', 2500000],
    ['15k', 15000],
    ['1.5 M', 1500000],
    ['١٢٣', 123],
    ['١٢٣٫٥', 123.5],
    ['۱۲۳', 123],
    ['१२', 12],
    ['４２', 42],
    ['𝟜𝟚', 42],
    ['5.', 5],
    ['12.', 12],
    ['', undefined],
    ['none', undefined],
    ['2 or 3', undefined],
    ['12 15', undefined],
    ['9999999999999999999', undefined],
    ['3 km', 3],
  ])('%s', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });
});

describe('parsePhone', () => {
  it.each<[string, string, string | undefined]>([
    ['+254 712 345 678', '', '+254712345678'],
    ['00254712345678', '', '+254712345678'],
    ['0712 345678', '+254', '+254712345678'],
    ['0712 345678', '', undefined],
    ['254712345678', '+254', '+254712345678'],
    ['+44 (0)20 7946 0958', '', '+442079460958'],
    ['(030) 1234-5678', '+49', '+493012345678'],
    ['my number is +1-415-555-2671, thanks', '', '+14155552671'],
    ['+٢٥٤٧١٢٣٤٥٦٧٨', '', '+254712345678'],
    ['٠٧١٢٣٤٥٦٧٨', '+254', '+254712345678'],
    ['+254', '', undefined],
    ['+12345678901234567', '', undefined],
    ['+0123456789', '', undefined],
    ['call me', '+254', undefined],
  ])('%s with "%s"', (text, countryCode, value) => {
    expect(parsePhone(text, countryCode)).toBe(value);
  });
});

describe('parseEmail', () => {
  it.each<[string, string | undefined]>([
    ['Peter@Example.com', 'peter@example.com'],
    ['it is peter.c+shop@mail.example.co.ke!', 'peter.c+shop@mail.example.co.ke'],
    ['<peter@example.com>', 'peter@example.com'],
    ['用户@例子.公司', '用户@例子.公司'],
    ['peter@example', undefined],
    ['peter@@example.com', undefined],
    ['a@b.co c@d.co', undefined],
    ['.peter@example.com', undefined],
    ['pe..ter@example.com', undefined],
    ['peter@-example.com', undefined],
    ['peter at example.com', undefined],
    [`${'a'.repeat(65)}@example.com`, undefined],
  ])('%s', (text, value) => {
    expect(parseEmail(text)).toBe(value);
  });
});

describe('parseDate', () => {
  const nowMs = Date.parse('2026-11-20T12:00:00Z');
  it.each<[string, boolean, string | undefined]>([
    ['2026-11-30', true, '2026-11-30'],
    ['30/11/2026', true, '2026-11-30'],
    ['30/11/2026', false, '2026-11-30'],
    ['3/4/2027', true, '2027-04-03'],
    ['3/4/2027', false, '2027-03-04'],
    ['30.11.26', true, '2026-11-30'],
    ['1/1/99', true, '1999-01-01'],
    ['30 November', true, '2026-11-30'],
    ['Nov 30, 2026', true, '2026-11-30'],
    ['on the 1st of March', true, '2027-03-01'],
    ['5 machi', true, '2027-03-05'],
    ['20/11', true, '2026-11-20'],
    ['19/11', true, '2027-11-19'],
    ['٣٠/١١/٢٠٢٦', true, '2026-11-30'],
    ['30 نوفمبر 2026', true, '2026-11-30'],
    ['14 de agosto', true, '2027-08-14'],
    ['30/02/2026', true, undefined],
    ['13/13/2026', true, undefined],
    ['tomorrow', true, undefined],
    ['29/2/2028', true, '2028-02-29'],
  ])('%s (day first: %s)', (text, isDayFirst, value) => {
    expect(parseDate(text, { isDayFirst, nowMs })).toBe(value);
  });
});

describe('findChoice', () => {
  const choices = [
    { id: 'yes', label: 'Yes, please 👍', keywords: ['yes', 'ndio', 'نعم', 'sí', '👍'] },
    { id: 'no', label: 'No thanks', keywords: ['no', 'hapana', 'لا'] },
  ];
  it.each<[string, string | undefined]>([
    ['YES', 'yes'],
    ['Yes please', 'yes'],
    ['yes!!', 'yes'],
    ['Ndio, tafadhali', 'yes'],
    ['نَعَم', 'yes'],
    ['Si', 'yes'],
    ['👍🏽', 'yes'],
    ['no thanks', 'no'],
    ['oh no', 'no'],
    ['1', 'yes'],
    ['2.', 'no'],
    ['٢', 'no'],
    ['3', undefined],
    ['yes and no', undefined],
    ['yesterday', undefined],
    ['', undefined],
  ])('%s', (text, id) => {
    expect(findChoice({ text, payload: '' }, choices)?.id).toBe(id);
  });

  it('takes a tapped answer by its payload, whatever the text says', () => {
    expect(findChoice({ text: 'Yes', payload: 'no' }, choices)?.id).toBe('no');
  });
});

it('reads messages and tapped buttons alike', () => {
  expect(readReply({ text: ' Hi ', quickReplyPayload: 'YES' })).toEqual({ text: 'Hi', payload: 'YES' });
  expect(readReply({ title: 'Buy', payload: 'BUY' })).toEqual({ text: 'Buy', payload: 'BUY' });
  expect(readReply({ attachments: [] })).toEqual({ text: '', payload: '' });
});
