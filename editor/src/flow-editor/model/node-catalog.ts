import type { DefinitionRegistry } from '@heddle/engine';
import { NODE_CATEGORIES, type NodeDefinition, type NodeDefinitionData } from '@heddle/schemas';
import type { NodeCategory } from '../../theme.ts';

/** The node types a flow may use, as the editor needs them. */
export interface NodeCatalog {
  find(type: string): NodeDefinitionData | undefined;
  readonly all: readonly NodeDefinitionData[];
  /** For the engine's validation; config migrations are the server's business and are empty here. */
  readonly registry: DefinitionRegistry;
}

/** Builds the catalog from the definitions that the server serves. The last of two equal types wins. */
export function createNodeCatalog(definitions: readonly NodeDefinitionData[]): NodeCatalog {
  const byType = new Map(definitions.map((definition) => [definition.type, definition]));
  const all = [...byType.values()];
  // A served definition is a definition without its migrations, and its config schema is the TypeBox schema as JSON.
  const full = all.map((data) => ({ ...data, migrate: {} }) as unknown as NodeDefinition);
  const fullByType = new Map(full.map((definition) => [definition.type, definition]));
  return { find: (type) => byType.get(type), all, registry: { find: (type) => fullByType.get(type), all: () => full } };
}

/** One section of the palette. */
export interface CatalogSection {
  readonly category: NodeCategory;
  readonly items: readonly NodeDefinitionData[];
}

/**
 * The node types whose title, summary or type holds every word of the search, by category in palette order.
 * Matches in the title come first within a category.
 */
export function searchCatalog(definitions: readonly NodeDefinitionData[], search: string): CatalogSection[] {
  const words = fold(search).split(/\s+/u).filter(Boolean);
  const ranked = definitions
    .map((definition) => ({ definition, rank: rankOf(definition, words) }))
    .filter((entry) => entry.rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .map((entry) => entry.definition);
  return NODE_CATEGORIES.map((category) => ({
    category,
    items: ranked.filter((item) => item.category === category),
  })).filter((section) => section.items.length > 0);
}

function rankOf(definition: NodeDefinitionData, words: readonly string[]): number {
  const title = fold(definition.title);
  const rest = fold(`${definition.summary} ${definition.type.replace('/', ' ')} ${definition.category}`);
  if (words.every((word) => title.includes(word))) return 2;
  return words.every((word) => title.includes(word) || rest.includes(word)) ? 1 : 0;
}

function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
