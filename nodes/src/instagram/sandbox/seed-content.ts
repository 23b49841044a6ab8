/** Posts and people of the seeded account, as content. */
import type { PersonaRow } from './model.ts';

export interface SeedPost {
  readonly kind: 'image' | 'carousel' | 'reel';
  readonly caption: string;
  /** Names in `pictures/`; more than one for carousels. */
  readonly pictures: readonly string[];
  readonly likes: number;
}

/** Newest first. */
export const SEED_POSTS: readonly SeedPost[] = [
  {
    kind: 'image',
    pictures: ['bouquet'],
    likes: 214,
    caption:
      'Sunrise bouquet: roses, lilies and eucalyptus, tied this morning in Limuru. KES 2,500. Comment PRICE or send us a DM and we deliver today in Nairobi. #mauastudio #nairobiflowers',
  },
  {
    kind: 'carousel',
    pictures: ['basket-round', 'basket-tall', 'basket-set'],
    likes: 389,
    caption:
      'Vikapu vipya vya kiondo vimefika! Kidogo KES 1,200 · cha kati KES 1,800 · seti ya vitatu KES 4,200. Andika BEI kwenye comment tukutumie maelezo. #kiondo #madeinkenya',
  },
  {
    kind: 'reel',
    pictures: ['reel-pottery'],
    likes: 1260,
    caption:
      'From clay to cup in forty seconds. The espresso set is UGX 85,000, ready in Kampala from Friday. Reserve yours: comment CUP.',
  },
  {
    kind: 'image',
    pictures: ['vase-blue'],
    likes: 176,
    caption:
      'Indigo vase, 28 cm, thrown and glazed by Achieng. KES 3,800 or USD 30 with shipping to Europe and the US. Four left.',
  },
  {
    kind: 'image',
    pictures: ['lilies'],
    likes: 142,
    caption:
      'Maua ya wiki: mayungiyungi meupe. Shada moja KES 1,500, mashada mawili KES 2,700. Tunaleta Nairobi, Kiambu na Machakos.',
  },
  {
    kind: 'carousel',
    pictures: ['candle-amber', 'candle-sage'],
    likes: 305,
    caption:
      'Beeswax candles are back. Amber & orange peel or wild sage. KES 950 each, two for KES 1,700. Which one do you want? Tell us below.',
  },
  {
    kind: 'reel',
    pictures: ['reel-market'],
    likes: 980,
    caption: 'A morning at our stall in Karura. Come early on Saturday, the dahlias go first. Mnakaribishwa nyote!',
  },
  {
    kind: 'image',
    pictures: ['tray'],
    likes: 121,
    caption: 'Serving tray in jacaranda wood. UGX 140,000 in Kampala, KES 4,900 in Nairobi. Oiled twice, food safe.',
  },
  {
    kind: 'image',
    pictures: ['wreath'],
    likes: 233,
    caption: 'Dried wreath for your door, about 35 cm. KES 2,200. Orders close Thursday noon; delivery on Saturday.',
  },
  {
    kind: 'carousel',
    pictures: ['tote-natural', 'tote-rust'],
    likes: 268,
    caption:
      'Mkoba wa pamba, rangi mbili: asili na kutu. KES 1,350. Wholesale from 20 pieces at USD 7.50 each: send us a DM with the word WHOLESALE.',
  },
  {
    kind: 'image',
    pictures: ['cactus'],
    likes: 97,
    caption: 'For those who forget to water: little cactus in a hand-painted pot. KES 650. Cash, M-Pesa or card.',
  },
  {
    kind: 'image',
    pictures: ['workshop'],
    likes: 151,
    caption:
      'Flower workshop on the last Sunday of the month, 10:00 at the studio in Lavington. KES 3,000 with tea and everything you need. 12 places. Comment WORKSHOP to get the form.',
  },
];

const persona = (row: Omit<PersonaRow, 'reach' | 'isSynthetic'>): PersonaRow => ({
  ...row,
  reach: 'ok',
  isSynthetic: false,
});

/** Names of people that new personas borrow a picture from. */
export const AVATARS = ['avatar-1', 'avatar-2', 'avatar-3', 'avatar-4', 'avatar-5'] as const;

export const SEED_PERSONAS: readonly PersonaRow[] = [
  persona({
    id: 'wanjiru',
    number: 1,
    name: 'Wanjiru Kamau',
    username: 'wanjiru.k',
    avatarColor: '#b4532a',
    picture: 'avatar-1',
    language: 'en',
    about: 'Nairobi. Buys flowers for the office every other week, writes short.',
    isVerified: false,
    followerCount: 642,
    followsBusiness: true,
    businessFollows: false,
  }),
  persona({
    id: 'juma',
    number: 2,
    name: 'Juma Otieno',
    username: 'juma_otieno',
    avatarColor: '#2f6f5e',
    picture: 'avatar-2',
    language: 'sw',
    about: 'Kisumu. Anaandika Kiswahili tu, huuliza bei kila mara.',
    isVerified: false,
    followerCount: 188,
    followsBusiness: false,
    businessFollows: false,
  }),
  persona({
    id: 'nakato',
    number: 3,
    name: 'Nakato Sarah',
    username: 'nakato.designs',
    avatarColor: '#5b4a9b',
    picture: 'avatar-3',
    language: 'en',
    about: 'Kampala. Interior designer, asks for wholesale prices in UGX.',
    isVerified: true,
    followerCount: 24_800,
    followsBusiness: true,
    businessFollows: true,
  }),
  persona({
    id: 'lena',
    number: 4,
    name: 'Lena Brandt',
    username: 'lena_brandt',
    avatarColor: '#c08a1e',
    picture: 'avatar-4',
    language: 'de',
    about: 'Hamburg. Wants things sent abroad, writes with umlauts: "Schöne Körbe, was kostet der große?"',
    isVerified: false,
    followerCount: 410,
    followsBusiness: false,
    businessFollows: false,
  }),
  persona({
    id: 'amina',
    number: 5,
    name: 'Amina Hassan',
    username: 'amina.h',
    avatarColor: '#a33b6b',
    picture: 'avatar-5',
    language: 'sw',
    about: 'Mombasa. Answers with emoji and in many short messages.',
    isVerified: false,
    followerCount: 1530,
    followsBusiness: true,
    businessFollows: false,
  }),
];
