import { describe, expect, it } from 'vitest';
import { toDecisionData } from './approval-data.ts';

describe('toDecisionData', () => {
  it('shows a product draft: picture, name, money, text; no ids', () => {
    expect(
      toDecisionData({
        draftId: '0197f3a2-1111-7000-8000-000000000001',
        name: 'Soy candle',
        priceMinor: 125_000,
        currency: 'KES',
        pictureUrl: 'https://cdn.example.com/candle',
        description: 'Burns for forty hours and smells of amber.\nMade by hand.',
        tags: ['candle', 'gift'],
        needsReview: false,
        sku: '',
        brand: null,
      }),
    ).toEqual({
      pictures: [{ url: 'https://cdn.example.com/candle', alt: 'Soy candle' }],
      facts: [
        { label: 'Name', text: 'Soy candle', kind: 'plain' },
        { label: 'Price', text: 'KES 1,250', kind: 'plain' },
        { label: 'Description', text: 'Burns for forty hours and smells of amber.\nMade by hand.', kind: 'long' },
        { label: 'Tags', text: 'candle, gift', kind: 'plain' },
        { label: 'Needs review', text: 'No', kind: 'plain' },
      ],
      hasMore: true,
    });
  });

  it('shows a post: its pictures with their texts, and the caption', () => {
    const data = toDecisionData({
      caption: 'New in the shop',
      media: [
        { url: 'https://shop.example/a.jpg', altText: 'A red vase' },
        { url: '/sandbox/instagram/pictures/b.jpg', altText: '' },
      ],
      link: 'https://shop.example/vases',
    });
    expect(data.pictures).toEqual([
      { url: 'https://shop.example/a.jpg', alt: 'A red vase' },
      { url: '/sandbox/instagram/pictures/b.jpg', alt: '' },
    ]);
    expect(data.facts).toEqual([
      { label: 'Caption', text: 'New in the shop', kind: 'plain' },
      { label: 'Link', text: 'https://shop.example/vases', kind: 'link' },
    ]);
  });

  it('does not name what only wraps, puts first what matters, and reads moments', () => {
    const { facts } = toDecisionData({
      startedAt: '2026-11-21T05:13:26.506Z',
      data: { weight: 2, name: 'Basket', size: { width: 30 } },
    });
    expect(facts.map((fact) => fact.label)).toEqual(['Name', 'Started at', 'Weight', 'Size: width']);
    expect(facts[1]?.text).toMatch(/^2[012] Nov 2026, \d{2}:13$/);
  });

  it('takes a list of picture addresses, and never a script for one', () => {
    const data = toDecisionData({
      images: ['https://x.example/1', 'https://x.example/2'],
      image: 'javascript:alert(1)',
    });
    expect(data.pictures.map((picture) => picture.url)).toEqual(['https://x.example/1', 'https://x.example/2']);
    expect(data.facts).toEqual([{ label: 'Image', text: 'javascript:alert(1)', kind: 'plain' }]);
  });

  it.each([[null], [{}], [[]], ['']])('has nothing to show for %j', (value) => {
    expect(toDecisionData(value)).toEqual({ pictures: [], facts: [], hasMore: false });
  });

  it('takes a bare value, and says when something was left out', () => {
    expect(toDecisionData(12_345.678).facts).toEqual([{ label: 'Value', text: '12,345.68', kind: 'plain' }]);
    expect(toDecisionData({ a: { b: { c: { d: 1 } } } })).toMatchObject({ facts: [], hasMore: true });
    const many = Object.fromEntries(Array.from({ length: 40 }, (_unused, index) => [`field${index}`, index]));
    expect(toDecisionData(many)).toMatchObject({ facts: { length: 12 }, hasMore: true });
  });
});
