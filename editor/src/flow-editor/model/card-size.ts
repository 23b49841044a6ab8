/** Width of a node card in flow units (CSS px at zoom 1). */
export const CARD_WIDTH = 280;

/** Free space between columns of cards: room for a curve and its "+". */
export const CARD_GAP = 96;

/** Size of a card that the browser has not measured yet: header, a few lines of text, and its exits. */
export function estimateCardSize(portCount: number, hasPreview: boolean): { width: number; height: number } {
  return { width: CARD_WIDTH, height: 100 + portCount * 30 + (hasPreview ? 76 : 0) };
}
