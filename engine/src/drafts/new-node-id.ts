import type { FlowDocument } from '@heddle/schemas';

/** A free id made from the node type: `instagram/send-message` gives `sendMessage`, then `sendMessage2` … */
export function newNodeId(document: Pick<FlowDocument, 'nodes'>, type: string): string {
  const name = type
    .slice(type.indexOf('/') + 1)
    .replace(/-+([a-z0-9])/gu, (_all, letter: string) => letter.toUpperCase());
  const base = /^[a-z][a-zA-Z0-9_-]{0,58}/u.exec(name)?.[0] ?? 'node';
  if (!Object.hasOwn(document.nodes, base)) return base;
  let number = 2;
  while (Object.hasOwn(document.nodes, `${base}${number}`)) number += 1;
  return `${base}${number}`;
}
