import type { AvailableField } from './available-fields.ts';

/**
 * What the field picker writes into a text. Of a contact, not everything is known, and a missing value would fail the run; so contact
 * fields come with a default that the writer sees and can change.
 */
export function markOfField(field: AvailableField): string {
  if (/^contact\.(firstName|name|username)$/u.test(field.path)) return `{{ ${field.path} | default: 'there' }}`;
  if (field.path.startsWith('contact.') || field.path.startsWith('vars.')) return `{{ ${field.path} | default: '' }}`;
  return `{{ ${field.path} }}`;
}
