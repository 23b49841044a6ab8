import { decimalsOf } from '@heddle/nodes/definitions';

/** Minor units as the number that a person sees; empty text for none. */
export function toAmount(minor: number | null, currency: string | null): number | '' {
  return minor === null ? '' : minor / 10 ** decimalsOf(currency ?? 'KES');
}

/** What a person typed as minor units; null for nothing. */
export function toMinor(amount: number | string, currency: string | null): number | null {
  const value = typeof amount === 'number' ? amount : Number(amount.replaceAll(',', ''));
  if (amount === '' || !Number.isFinite(value) || value <= 0) return null;
  return Math.round(value * 10 ** decimalsOf(currency ?? 'KES'));
}
