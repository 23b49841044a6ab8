import { describe, expect, it } from 'vitest';
import { cutTemplate, insertAt, pathOf, utf8Bytes } from './template-text.ts';

describe('texts with fields', () => {
  it('cuts a text into plain parts, fields and tags that together are the text', () => {
    const text = "Hi {{ contact.firstName | default: 'you' }}!{% if x %} A{% endif %} {{ open";
    const segments = cutTemplate(text);
    expect(segments.map((segment) => segment.kind)).toEqual([
      'plain',
      'field',
      'plain',
      'tag',
      'plain',
      'tag',
      'plain',
    ]);
    expect(segments.map((segment) => segment.text).join('')).toBe(text);
  });

  it('knows the path that an expression begins with', () => {
    expect(pathOf("contact.firstName | default: 'you'")).toBe('contact.firstName');
  });

  it('puts a field in place of the selection', () => {
    expect(insertAt('Hi you!', 3, 6, '{{ x }}')).toEqual({ text: 'Hi {{ x }}!', caret: 10 });
  });

  it('counts bytes as the platforms do', () => {
    expect(utf8Bytes('abc')).toBe(3);
    expect(utf8Bytes('💌é')).toBe(6);
  });
});
