const segmenter = new Intl.Segmenter('und', { granularity: 'sentence' });

/**
 * The first `limit` sentences of a text, on one line; works for every script that Unicode segments (also "。" and "؟").
 * What has no letter or digit ("…", an emoji) counts with the sentence before it.
 */
export function limitSentences(text: string, limit: number): string {
  const flat = text.replace(/\s+/gu, ' ').trim();
  const kept: string[] = [];
  let count = 0;
  for (const { segment } of segmenter.segment(flat)) {
    const isSentence = /[\p{L}\p{N}]/u.test(segment);
    if (isSentence && count === limit) {
      // People close a sentence with an emoji; the segmenter opens the next one with it.
      kept.push(/^[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\u200d\s]*/u.exec(segment)?.[0] ?? '');
      break;
    }
    if (isSentence) count += 1;
    kept.push(segment);
  }
  return kept.join('').trim();
}
