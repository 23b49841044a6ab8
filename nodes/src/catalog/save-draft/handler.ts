import { defineHandler, done } from '@heddle/engine';
import { FlowError, isJsonObject, validatorOf, type JsonValue } from '@heddle/schemas';
import { ExtractedProductSchema, type ExtractedProduct } from '../extracted-product.ts';
import { RECORDS, textIn, toMediaItem } from '../records.ts';
import { saveDraft } from './definition.ts';

const FIELDS = Object.keys(ExtractedProductSchema.properties);

/** One draft per post: a post that comes again changes its draft only while nobody has touched it. The host decides that. */
export const saveDraftHandler = defineHandler(saveDraft, {
  run: async ({ config, input, run, records }) => {
    const product = toProduct(input);
    const media = toMediaItem(input) ?? null;
    const tags = [...new Set([...product.tags, ...(config.tags ?? [])])].slice(0, 20);
    const kept = await records.put(
      RECORDS.draft,
      media === null ? `run:${run.id}/${run.node}/${run.visit}` : `media:${media.mediaId}`,
      {
        ...product,
        tags,
        media,
        scanId: textIn(input, 'scanId') ?? null,
        status: 'pending',
      },
    );
    const status = textIn(kept, 'status') ?? 'pending';
    const isApprovedNow = kept['isApprovedNow'] === true;
    return done(isApprovedNow ? 'approved' : 'saved', {
      draftId: textIn(kept, 'id') ?? '',
      status,
      name: product.name,
    });
  },
});

/** @throws FlowError `NODE_CONFIG_INVALID` when the node before gave no product. */
function toProduct(input: JsonValue): ExtractedProduct {
  const picked = isJsonObject(input)
    ? Object.fromEntries(FIELDS.flatMap((name) => (Object.hasOwn(input, name) ? [[name, input[name]]] : [])))
    : {};
  const validator = validatorOf(ExtractedProductSchema);
  if (!validator.check(picked))
    throw new FlowError(
      'NODE_CONFIG_INVALID',
      'No product came to this node. Lead here from "Read product from caption".',
    );
  return picked;
}
