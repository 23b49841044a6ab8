import type { DefinitionRegistry } from '@heddle/engine';
import type { TemplateSummary } from '@heddle/schemas/api';

/** The templates that come with Heddle, for the gallery. */
export function shippedTemplates(_registry: DefinitionRegistry): TemplateSummary[] {
  return [];
}
