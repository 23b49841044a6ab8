import { defineHandler, done, suspend } from '@heddle/engine';
import type { ExtractedProduct } from '../extracted-product.ts';
import { RECORDS, textIn, toMediaItem } from '../records.ts';
import { extractByRules } from '../rules/extract-by-rules.ts';
import { askModel } from './ask-model.ts';
import { captionHash } from './caption-hash.ts';
import { extractProduct } from './definition.ts';

/** Another run is asking about this very caption: look again after this time. */
const BUSY_MS = 3_000;

/** The result is recorded with the scan before the run goes on, so that progress is what really happened. */
export const extractProductHandler = defineHandler(extractProduct, {
  run: async (context) => {
    const { config, input, run, records, nowMs } = context;
    const media = toMediaItem(input);
    const caption =
      (config.caption ?? '').trim() === ''
        ? (media?.caption ?? textIn(input, 'caption') ?? textIn(input, 'text') ?? '')
        : (config.caption ?? '');
    const scanId = textIn(input, 'scanId');
    const byRules = (note: string | null): ExtractedProduct => {
      const product = extractByRules(caption, config.defaultCurrency);
      return note === null ? product : { ...product, notes: [note, ...product.notes] };
    };

    let product: ExtractedProduct;
    let isReused = false;
    if (config.usesModel && caption.trim() !== '') {
      const place = media?.mediaId ?? `${run.id}/${run.node}/${run.visit}`;
      const outcome = await askModel(context, `${place}:${captionHash(caption)}`, caption, config.defaultCurrency);
      if (outcome.kind === 'busy') return suspend({ kind: 'time', dueAtMs: nowMs + BUSY_MS });
      product = outcome.kind === 'product' ? outcome.product : byRules(outcome.reason);
      isReused = outcome.kind === 'product' && outcome.isReused;
    } else {
      product = byRules(null);
    }
    if (scanId !== undefined && media !== undefined)
      await records.put(RECORDS.scanItem, `${scanId}/${media.mediaId}`, { state: 'extracted', product, isReused });
    return done(product.confidence > 0 ? 'found' : 'unclear', {
      ...media,
      ...product,
      caption,
      ...(scanId === undefined ? {} : { scanId }),
    });
  },
});
