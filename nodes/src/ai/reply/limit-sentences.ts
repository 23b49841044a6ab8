const segmenter = new Intl.Segmenter('und', { granularity: 'sentence' });

/**
 * The first `limit` sentences of a text, on one line; works for every script that Unicode segments (also "。" and "؟").
 * What a segmenter takes for a sentence without a letter or digit ("…", an emoji) counts with the one before.
 */
export function limitSentences(text: string, limit: number): string {
  const flat = text.replace(/\s+/gu, ' ').trim();
  const kept: string[] = [];
  let count = 0;
  for (const { segment } of segmenter.segment(flat)) {
    const isSentence = /[\p{L}\p{N}]/u.test(segment);
    if (isSentence && count === limit) break;
    if (isSentence) count += 1;
    kept.push(segment);
  }
  return kept.join('').trim();
}
