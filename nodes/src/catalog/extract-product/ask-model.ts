import type { HandlerContext } from '@heddle/engine';
import { FlowError, isJsonObject, validatorOf, type JsonObject } from '@heddle/schemas';
import { ExtractedProductSchema, type ExtractedProduct } from '../extracted-product.ts';
import { numberIn, RECORDS } from '../records.ts';
import { toModelRequest } from './model-request.ts';
import { parseModelAnswer } from './parse-model-answer.ts';

/** A call under way that is older than this is over: the node would have timed out long before. */
const CALL_MAX_MS = 5 * 60_000;

export type ModelOutcome =
  | { readonly kind: 'product'; readonly product: ExtractedProduct; readonly isReused: boolean }
  /** Another run is asking about the same caption right now. */
  | { readonly kind: 'busy' }
  /** No answer to be had; the rules take over. */
  | { readonly kind: 'none'; readonly reason: string | null };

/**
 * Asks the model about a caption, at most once. That the call begins is recorded before it, so that a run that died in mid-call does not
 * pay again: it takes the rules instead. An answer is kept for every later scan; a call that failed may be made again by the next one.
 *
 * @param key Post and caption.
 */
export async function askModel(
  context: Pick<HandlerContext<unknown>, 'ai' | 'records' | 'run' | 'nowMs'>,
  key: string,
  caption: string,
  defaultCurrency: string,
): Promise<ModelOutcome> {
  const { ai, records, run, nowMs } = context;
  const claim: JsonObject = { state: 'calling', by: run.id, atMs: nowMs, product: null };
  const { record, isNew } = await records.create(RECORDS.extraction, key, claim);
  if (!isNew) {
    const known = toProduct(record);
    if (known !== undefined) return { kind: 'product', product: known, isReused: true };
    if (record['by'] === run.id) {
      const wasCut = record['state'] === 'calling';
      if (wasCut) await records.put(RECORDS.extraction, key, { ...record, state: 'lost' });
      return {
        kind: 'none',
        reason: wasCut ? 'The AI call was cut off; rules read the caption so that nothing is paid for twice.' : null,
      };
    }
    if (record['state'] === 'calling' && nowMs - (numberIn(record, 'atMs') ?? 0) < CALL_MAX_MS) return { kind: 'busy' };
    if ((await records.put(RECORDS.extraction, key, claim))['by'] !== run.id) return { kind: 'busy' };
  }
  try {
    const answer = await ai.answer(toModelRequest(caption, defaultCurrency));
    const product = parseModelAnswer(answer.text, caption, defaultCurrency);
    await records.put(RECORDS.extraction, key, {
      ...claim,
      state: 'done',
      product,
      model: answer.model,
      inputTokens: answer.inputTokens,
      outputTokens: answer.outputTokens,
    });
    return { kind: 'product', product, isReused: false };
  } catch (error) {
    if (!(error instanceof FlowError) || (error.code !== 'AI_NOT_CONFIGURED' && error.code !== 'AI_FAILED'))
      throw error;
    await records.put(RECORDS.extraction, key, { ...claim, state: 'failed' });
    return {
      kind: 'none',
      reason: error.code === 'AI_NOT_CONFIGURED' ? null : `AI gave no usable answer: ${error.message}`.slice(0, 200),
    };
  }
}

function toProduct(record: JsonObject): ExtractedProduct | undefined {
  const { state, product } = record;
  const validator = validatorOf(ExtractedProductSchema);
  return state === 'done' && isJsonObject(product) && validator.check(product) ? product : undefined;
}
