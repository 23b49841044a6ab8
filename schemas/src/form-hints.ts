/**
 * What a config schema may say about its form. One list for the editor that draws forms, the definitions that ask for them, and the
 * tests that compare the two.
 */

/** Names of the widgets that a schema may ask for by `x-widget`. */
export const FORM_WIDGETS = [
  'text',
  'template',
  'template-area',
  'number',
  'switch',
  'select',
  'keywords',
  'condition',
  'field',
  'connection',
  'cards',
  'parts',
  'choices',
  'cases',
  'variants',
  'image-url',
  'media-picker',
  'duration',
  'time',
  'weekdays',
  'time-zone',
  'json',
  'code',
  'list-of-templates',
  'list',
  'record',
  'group',
  'one-of',
  'date-time',
] as const;
export type FormWidget = (typeof FORM_WIDGETS)[number];

/** Every hint and what it means. `x-show-if` is an object: sibling to value, or to a list of values. */
export const FORM_HINTS = {
  'x-widget': 'How the field is drawn; one of FORM_WIDGETS',
  'x-group': 'Heading that the field stands under',
  'x-placeholder': 'What an empty field shows',
  'x-advanced': 'true: folded away under "More settings"',
  'x-show-if': 'Shown only while its siblings have these values',
  'x-hidden': 'true: not in the form at all',
  'x-max-bytes': 'Live counter, UTF-8 bytes',
  'x-enum-titles': 'Words for the allowed values: an object by value, or a list in order',
  'x-literal': 'true: braces are text, not a template',
  'x-assigns': '"vars": the value names a variable that the node sets',
  'x-options': 'true: the plugin lists the choices',
  'x-add-label': 'Words on the button that adds an item',
} as const satisfies Readonly<Record<`x-${string}`, string>>;
export type FormHint = keyof typeof FORM_HINTS;
