import { describe, expect, it } from 'vitest';
import { checkPostContent, checkPostPicture, countCaption, type PostPicture } from './post-rules.ts';

const picture = (url = 'https://shop.example/a.jpg', altText = '') => ({ url, altText });
const codes = (caption: string, media = [picture()]) =>
  checkPostContent({ caption, media }).map((problem) => problem.code);
const jpeg = (width: number, height: number, bytes = 100_000): PostPicture => ({
  format: 'jpeg',
  bytes,
  width,
  height,
});
const pictureCodes = (facts: PostPicture, index = 0, isOnly = true) =>
  checkPostPicture(facts, index, isOnly).map((problem) => problem.code);

describe('content of a post', () => {
  it.each<[string, string, ReturnType<typeof picture>[], string[]]>([
    ['nothing wrong', 'New baskets #basket @maua', [picture()], []],
    ['2,200 characters, emoji counted once', '🧺'.repeat(2200), [picture()], []],
    ['2,201 characters', 'x'.repeat(2201), [picture()], ['caption.tooLong']],
    ['30 hashtags', '#a '.repeat(30), [picture()], []],
    ['31 hashtags', '#a '.repeat(31), [picture()], ['caption.tooManyHashtags']],
    ['21 mentions', '@a '.repeat(21), [picture()], ['caption.tooManyMentions']],
    ['no picture', '', [], ['media.missing']],
    ['10 pictures', '', Array.from({ length: 10 }, () => picture()), []],
    ['11 pictures', '', Array.from({ length: 11 }, () => picture()), ['media.tooMany']],
    ['an address without a protocol', '', [picture('shop.example/a.jpg')], ['media.badAddress']],
    ['an address with a password', '', [picture('https://me:secret@shop.example/a.jpg')], ['media.badAddress']],
    ['an address with letters beyond ASCII', '', [picture('https://shop.example/körbe.jpg')], ['media.badAddress']],
    ['a long description', '', [picture('https://shop.example/a.jpg', 'x'.repeat(1001))], ['altText.tooLong']],
  ])('%s', (_name, caption, media, expected) => {
    expect(codes(caption, media)).toEqual(expected);
  });

  it('says for each problem what to do', () => {
    const problems = checkPostContent({ caption: `${'#a @b '.repeat(40)}${'x'.repeat(2200)}`, media: [] });
    expect(problems).toHaveLength(4);
    for (const problem of problems) expect(problem.remedy).toMatch(/^\p{Lu}.*\.$/u);
  });

  it('counts hashtags in every script', () => {
    expect(countCaption('#кошик #籠 ## #1 a@b.c')).toEqual({ characters: 21, hashtags: 3, mentions: 1 });
  });
});

describe('a picture', () => {
  it.each<[string, PostPicture, string[]]>([
    ['a square', jpeg(1080, 1080), []],
    ['4:5', jpeg(1080, 1350), []],
    ['1.91:1 in whole pixels', jpeg(1080, 566), []],
    ['9:16', jpeg(1080, 1920), ['media.badShape']],
    ['a banner', jpeg(2000, 900), ['media.badShape']],
    ['8 MB and one byte', jpeg(1080, 1080, 8 * 1024 * 1024 + 1), ['media.tooLarge']],
    ['a PNG', { format: 'png', bytes: 10, width: 10, height: 10 }, ['media.notJpeg']],
    ['a web page', { format: 'unknown', bytes: 10, width: null, height: null }, ['media.notJpeg']],
    ['a broken JPEG', { format: 'jpeg', bytes: 10, width: null, height: null }, ['media.unreadable']],
  ])('%s', (_name, facts, expected) => {
    expect(pictureCodes(facts)).toEqual(expected);
  });

  it('of a carousel is cropped like the first, so its own shape does not matter', () => {
    expect(pictureCodes(jpeg(1080, 1920), 1, false)).toEqual([]);
    expect(pictureCodes(jpeg(1080, 1920), 0, false)).toEqual(['media.badShape']);
  });
});
