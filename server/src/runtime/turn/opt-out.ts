import type { InboundEvent } from '@heddle/schemas';

/** A message that consists of one of these words alone. English, German, French, Spanish, Italian, Portuguese, Turkish. */
const OUT_WORDS = new Set([
  'stop',
  'stopp',
  'unsubscribe',
  'abmelden',
  'désabonner',
  'desabonner',
  'arrêt',
  'cancelar',
  'baja',
  'basta',
  'parar',
  'sair',
  'dur',
]);
const IN_WORDS = new Set(['start', 'subscribe', 'anmelden', 'reprendre', 'alta', 'iniciar', 'başla']);

/** Whether a message asks for no more messages (`out`), or allows them again (`in`); null for any other. */
export function readOptOut(event: InboundEvent): 'out' | 'in' | null {
  const text = event.data['text'];
  if (typeof text !== 'string') return null;
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[.!?]+$/, '');
  if (OUT_WORDS.has(word)) return 'out';
  return IN_WORDS.has(word) ? 'in' : null;
}
