import { defineHandler, done } from '@heddle/engine';
import { FlowError } from '@heddle/schemas';
import { abSplit } from './definition.ts';

/** The draw sticks to the contact, and to this node of this flow, so that two splits do not always go the same way. */
export const abSplitHandler = defineHandler(abSplit, {
  run: ({ config, run, stickyRandom }) => {
    const chosen = pickByWeight(config.variants, stickyRandom(`${run.flowId}:${run.node}`));
    return done(chosen.id, { variant: chosen.id, label: chosen.label });
  },
});

/**
 * The variant whose share of the line from 0 to 1 holds `draw`.
 *
 * @throws FlowError `NODE_CONFIG_INVALID` when no variant has a share.
 */
export function pickByWeight<Variant extends { readonly weight: number }>(
  variants: readonly Variant[],
  draw: number,
): Variant {
  const shared = variants.filter((variant) => variant.weight > 0);
  let rest = draw * shared.reduce((sum, variant) => sum + variant.weight, 0);
  for (const variant of shared) {
    rest -= variant.weight;
    if (rest < 0) return variant;
  }
  // Rounding can leave a crumb at the very end of the line.
  const last = shared.at(-1);
  if (last === undefined)
    throw new FlowError('NODE_CONFIG_INVALID', 'Every variant has the share 0; give at least one a share.');
  return last;
}
