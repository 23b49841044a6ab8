import type { JsonObject } from '@heddle/schemas';
import { liquid } from './liquid.ts';

/**
 * The line on a node's card. Unlike everywhere else, what is not there is simply left out, and a template that fails gives an empty
 * text: the card must be drawn while the config is half filled in.
 *
 * @param template `cardText` of the definition; reads `config` only.
 */
export function renderCardText(template: string, config: JsonObject): string {
  try {
    const text: unknown = liquid.parseAndRenderSync(template, { config }, { strictVariables: false });
    return String(text).trim();
  } catch {
    // The card then shows the title alone; what is wrong with the config is shown as an issue.
    return '';
  }
}
