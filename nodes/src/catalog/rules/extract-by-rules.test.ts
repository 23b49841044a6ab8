import { describe, expect, it } from 'vitest';
import { formatMoney } from '../money.ts';
import { extractByRules } from './extract-by-rules.ts';

const price = (caption: string, defaultCurrency = 'KES'): string => {
  const { priceMinor, currency } = extractByRules(caption, defaultCurrency);
  return priceMinor === null || currency === null ? 'none' : formatMoney(priceMinor, currency);
};

describe('the price in a caption', () => {
  it.each([
    // written plainly
    ['Canvas tote KES 1,500', 'KES 1,500'],
    ['Canvas tote KES1500', 'KES 1,500'],
    ['Canvas tote 1500 KES', 'KES 1,500'],
    ['Canvas tote Ksh 1500/=', 'KES 1,500'],
    ['Canvas tote ksh.1,500', 'KES 1,500'],
    ['Canvas tote Kshs. 1,500/-', 'KES 1,500'],
    ['Canvas tote @ 1500/=', 'KES 1,500'],
    ['Canvas tote 1500/-', 'KES 1,500'],
    ['Canvas tote sh 850', 'KES 850'],
    ['Canvas tote 850 bob', 'KES 850'],
    ['Viatu shilingi 2,000 tu', 'KES 2,000'],
    ['Canvas tote KES 1,499.50', 'KES 1,499.50'],
    ['Canvas tote KES 1 500', 'KES 1,500'],
    ['Canvas tote\nPrice: 1500', 'KES 1,500'],
    ['Canvas tote, price is 1,500 only', 'KES 1,500'],
    ['Canvas tote for only 1500', 'KES 1,500'],
    ['Mikoba mizuri, bei ni 800', 'KES 800'],
    ['Mikoba mizuri. Bei yake ni 800', 'KES 800'],
    ['Mikoba mizuri bei: 800/=', 'KES 800'],
    ['Mikoba mizuri kwa 800 tu', 'KES 800'],
    ['Sneakers 2.5k', 'KES 2,500'],
    ['Sneakers 2,5K', 'KES 2,500'],
    ['Sneakers KES 3k', 'KES 3,000'],
    ['Sneakers @200 each', 'KES 200'],
    // other currencies
    ['Kitenge dress UGX 45,000', 'UGX 45,000'],
    ['Kitenge dress Ushs 45000', 'UGX 45,000'],
    ['Kitenge dress UGX 45k', 'UGX 45,000'],
    ['Sofa UGX 1.2m', 'UGX 1,200,000'],
    ['Sofa 1.2M UGX', 'UGX 1,200,000'],
    ['Gauni TZS 35,000', 'TZS 35,000'],
    ['Gauni Tsh 35,000/=', 'TZS 35,000'],
    ['Basket RWF 12,000', 'RWF 12,000'],
    ['Beaded necklace $30', 'USD 30'],
    ['Beaded necklace $ 29.99', 'USD 29.99'],
    ['Beaded necklace 30 USD', 'USD 30'],
    ['Beaded necklace US$30', 'USD 30'],
    ['Beaded necklace €12.50', 'EUR 12.50'],
    ['Beaded necklace 12,50 €', 'EUR 12.50'],
    ['Beaded necklace 1.250 EUR', 'EUR 1,250'],
    ['Beaded necklace £8', 'GBP 8'],
    ['Ankara ₦15,000', 'NGN 15,000'],
    ['Ankara GH₵ 200', 'GHS 200'],
    ['Ankara CHF 40', 'CHF 40'],
    ['Ankara NEW 40', 'none'],
    // ranges: the lowest
    ['Baskets KES 1,000 - 2,500', 'KES 1,000'],
    ['Baskets 1000-2500/=', 'KES 1,000'],
    ['Baskets from KES 1,000 to KES 2,500', 'KES 1,000'],
    ['Vikapu kuanzia 500 hadi 900/=', 'KES 500'],
    ['Baskets 2-3k', 'KES 2,000'],
    ['Baskets from KES 900', 'KES 900'],
    // reduced: the new one
    ['Boots was KES 3,000 now KES 2,200', 'KES 2,200'],
    ['Boots KES 3,000 → KES 2,200', 'KES 2,200'],
    ['Boots: now 2,200/= (was 3,000/=)', 'KES 2,200'],
    ['Viatu ilikuwa 3,000 sasa 2,200', 'KES 2,200'],
    ['Boots from KES 3,000 to KES 2,200', 'KES 2,200'],
    // a list: the lowest
    ['Candles\nSmall - KES 500\nLarge - KES 900', 'KES 500'],
    ['Candles: small 500/=, large 900/=', 'KES 500'],
    // money and numbers that are no price
    ['Tote bag. Call 0712 345 678 to order', 'none'],
    ['Tote bag. WhatsApp +254 712 345678', 'none'],
    ['Tote bag. Till 522 533, Paybill 247247', 'none'],
    ['Tote bag 20% off today', 'none'],
    ['Tote bag, delivery KES 200', 'none'],
    ['Tote bag, free delivery on orders above KES 5,000', 'none'],
    ['Tote bag KES 1,200. Delivery KES 200', 'KES 1,200'],
    ['Save KES 500! Tote bag at KES 1,200', 'KES 1,200'],
    ['Order yours now at KES 1,500. Tote bag', 'KES 1,500'],
    ['Sneakers size 40 ksh 1500', 'KES 1,500'],
    ['Sneakers, sizes from 36 to 41', 'none'],
    ['Vase 30cm tall, KES 2,400', 'KES 2,400'],
    ['Pack of 6 mugs KES 900', 'KES 900'],
    ['Pack of 6 KES 900 mugs', 'KES 900'],
    ['10k followers! Thank you for the love', 'none'],
    ['Open from 9am to 6pm, bags and more', 'none'],
    ['Thanks @shop254 for the bags', 'none'],
    ['Sale ends 24/12/2025, bags', 'none'],
    ['Only 5 left! Tote bag', 'none'],
    ['Beautiful tote bag. DM for price', 'none'],
    ['', 'none'],
  ])('%j: %s', (caption, expected) => {
    expect(price(caption)).toBe(expected);
  });

  it.each([
    ['Gauni bei ni 25,000', 'TZS', 'TZS 25,000'],
    ['Gauni 25,000/=', 'TZS', 'TZS 25,000'],
    ['Gauni 25,000/=', 'UGX', 'UGX 25,000'],
    ['Gauni 25,000/=', 'EUR', 'KES 25,000'],
    ['Necklace $30', 'CAD', 'CAD 30'],
    ['Necklace $30', 'UGX', 'USD 30'],
  ])('%j with %s as usual currency: %s', (caption, defaultCurrency, expected) => {
    expect(price(caption, defaultCurrency)).toBe(expected);
  });
});

describe('the other fields', () => {
  it('reads a whole caption', () => {
    expect(
      extractByRules(
        '✨ New arrival: Handwoven sisal basket ✨\nWas KES 3,000, now KES 2,400!\nColours: black, natural & rust\n\nDM to order. Delivery KES 200.\n#baskets #HomeDecor #nairobi #baskets',
        'KES',
      ),
    ).toEqual({
      name: 'Handwoven sisal basket',
      description:
        '✨ New arrival: Handwoven sisal basket ✨\nWas KES 3,000, now KES 2,400!\nColours: black, natural & rust\n\nDM to order. Delivery KES 200.',
      priceMinor: 240_000,
      currency: 'KES',
      wasPriceMinor: 300_000,
      category: 'Home',
      tags: ['baskets', 'homedecor', 'nairobi'],
      variants: [
        { option: 'Colour', value: 'Black', priceMinor: null },
        { option: 'Colour', value: 'Natural', priceMinor: null },
        { option: 'Colour', value: 'Rust', priceMinor: null },
      ],
      confidence: 0.9,
      needsReview: false,
      extractor: 'rules',
      notes: [],
    });
  });

  it.each([
    ['Ankle boots at KES 2,500', 'Ankle boots'],
    ['KES 2,500\nAnkle boots', 'Ankle boots'],
    ['🔥🔥 Flash sale! Ankle boots 🔥 only 2,500/=', 'Ankle boots'],
    ['Mpya dukani! Viatu vya ngozi, bei ni 2,500', 'Viatu vya ngozi'],
    ['DM to order\nAnkle boots', 'Ankle boots'],
    ['Ankle boots. Soft leather, made in Thika. KES 2,500', 'Ankle boots'],
    ['#boots #nairobi', ''],
  ])('finds the name in %j: %j', (caption, name) => {
    expect(extractByRules(caption, 'KES').name).toBe(name);
  });

  it.each([
    ['Sneakers KES 2,000. Sizes 36-39', ['36', '37', '38', '39']],
    ['Sneakers KES 2,000\nSizes: S, M, L, XL', ['S', 'M', 'L', 'XL']],
    ['Viatu 2,000/= saizi 38 na 40', ['38', '40']],
    ['Sneakers KES 2,000', []],
  ])('finds the sizes in %j', (caption, sizes) => {
    expect(extractByRules(caption, 'KES').variants.map((variant) => variant.value)).toEqual(sizes);
  });

  it('keeps the items of a price list with their prices', () => {
    expect(extractByRules('Soy candles\nSmall - KES 500\nLarge - KES 900', 'KES').variants).toEqual([
      { option: 'Item', value: 'Small', priceMinor: 50_000 },
      { option: 'Item', value: 'Large', priceMinor: 90_000 },
    ]);
  });

  it.each([
    ['Viatu vya watoto', 'Shoes'],
    ['Maua mazuri ya harusi', 'Plants and flowers'],
    ['Chocolate cake', 'Food'],
    ['What a day!', null],
  ])('%j is in the category %s', (caption, category) => {
    expect(extractByRules(caption, 'KES').category).toBe(category);
  });
});

describe('confidence', () => {
  it.each([
    ['Happy new year to all our customers!', 0, true],
    ['', 0, true],
    ['Tote bag. DM for price', 0.25, true],
    ['Tote bag, bei ni 800', 0.75, false],
    ['Tote bag KES 800', 0.9, false],
    ['Tote bags KES 800 - 1,200', 0.75, false],
    ['Tote bag KES 800. KES 900', 0.75, true],
    ['Tote bag KES 1,350 / USD 10', 0.9, false],
  ])('of %j is %d', (caption, confidence, needsReview) => {
    expect(extractByRules(caption, 'KES')).toMatchObject({ confidence, needsReview });
  });

  it('says what is missing', () => {
    expect(extractByRules('Tote bag. DM for price', 'KES').notes).toEqual(['The caption names no price.']);
    expect(extractByRules('Tote bag, bei ni 800', 'KES').notes).toEqual([
      'The caption names no currency; KES is assumed.',
    ]);
  });

  it('takes any text without failing, and in little time', () => {
    for (const text of [
      '1'.repeat(5_000),
      '1,000 '.repeat(800),
      'KES '.repeat(1_000),
      '\u0000\ud800',
      '🔥'.repeat(2_000),
      'a,'.repeat(2_500),
      `size: ${'s, '.repeat(1_000)}`,
    ]) {
      expect(() => extractByRules(text, 'KES')).not.toThrow();
    }
  });
});
