/** Width of a node card in flow units (CSS px at zoom 1). */
export const CARD_WIDTH = 280;

/** Free space between columns of cards: room for a curve and its "+". */
export const CARD_GAP = 96;

/** Height of a card that the browser has not measured yet: header, one line of text, and its exits. */
export function estimateCardHeight(portCount: number, hasPreview: boolean): number {
  return 84 + portCount * 32 + (hasPreview ? 56 : 0);
}
