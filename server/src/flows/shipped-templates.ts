import { templates } from '@heddle/examples';
import type { TemplateSummary } from '@heddle/schemas/api';

/** The templates that come with Heddle, for the gallery. */
export const shippedTemplates: readonly TemplateSummary[] = templates.map(({ id, document }) => ({
  id,
  name: document.name,
  summary: document.template?.summary ?? document.description ?? '',
  category: document.template?.category ?? 'other',
  icon: document.template?.icon ?? 'template',
  nodeCount: Object.keys(document.nodes).length,
  platforms: [...new Set(Object.values(document.connections ?? {}).map((slot) => slot.platform))],
  document,
}));
