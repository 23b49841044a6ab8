/** Words of captions, English and Swahili, and the category they speak for. Whole words, any case. */
const CATEGORIES: readonly (readonly [category: string, words: string])[] = [
  ['Shoes', 'shoe|shoes|sneaker|sneakers|sandals?|heels|boots?|loafers?|slippers|viatu|kiatu|ndala|raba'],
  ['Bags', 'bag|bags|handbags?|totes?|backpacks?|purses?|wallets?|clutch|mkoba|mikoba|begi|pochi'],
  [
    'Clothing',
    'dress|dresses|shirts?|t-?shirts?|blouses?|skirts?|trousers|jeans|hoodies?|jackets?|coats?|suits?|kitenge|ankara|lesos?|kanga|nguo|gauni|shati|suruali|sketi|fulana|sweta',
  ],
  [
    'Jewellery',
    'necklaces?|earrings?|bracelets?|rings?|watch|watches|beads?|anklets?|jewell?ery|mkufu|hereni|bangili|pete|saa|shanga',
  ],
  [
    'Beauty',
    'lipstick|perfumes?|serum|lotion|soap|shampoo|wigs?|braids|makeup|skincare|oil|mafuta|sabuni|manukato|vipodozi|urembo',
  ],
  [
    'Home',
    'candles?|vases?|baskets?|cushions?|curtains?|rugs?|carpets?|trays?|mugs?|bedsheets?|duvets?|lamps?|decor|pots?|wreaths?|mishumaa|mshumaa|vikapu|kikapu|pazia|mapazia|shuka|zulia|sufuria',
  ],
  ['Furniture', 'sofas?|chairs?|tables?|beds?|wardrobes?|shelf|shelves|kiti|viti|meza|kitanda|kabati'],
  ['Plants and flowers', 'flowers?|bouquets?|roses?|lil(?:y|ies)|plants?|cactus|succulents?|maua|waridi|mmea|mimea'],
  [
    'Food',
    'cakes?|cupcakes?|bread|cookies|honey|coffee|tea|juice|spices?|snacks|pizza|burgers?|keki|mkate|asali|kahawa|chai|viungo|chakula',
  ],
  [
    'Electronics',
    'phones?|iphones?|laptops?|earbuds|headphones?|chargers?|speakers?|tv|camera|simu|kompyuta|chaja|spika',
  ],
  ['Kids', 'toys?|baby|babies|kids|strollers?|diapers?|watoto|mtoto|nepi'],
  ['Workshops', 'workshops?|class|classes|lesson|lessons|masomo|darasa'],
];
const PATTERNS = CATEGORIES.map(([category, words]) => ({
  category,
  pattern: new RegExp(`(?<![\\p{L}])(?:${words})(?![\\p{L}])`, 'giu'),
}));

/** The category that most words of a text speak for; the first of the table at a tie; null when none does. Hashtags count too. */
export function findCategory(text: string): string | null {
  let best: { category: string; count: number } | null = null;
  for (const { category, pattern } of PATTERNS) {
    const count = text.match(pattern)?.length ?? 0;
    if (count > (best?.count ?? 0)) best = { category, count };
  }
  return best?.category ?? null;
}
