import { Type, type Static } from 'typebox';
import type { JsonValueSchema } from '../json.ts';

/** How a condition compares. Text operators ignore case and accents. */
export const CONDITION_OPERATORS = [
  'equals',
  'notEquals',
  'contains',
  'notContains',
  'startsWith',
  'endsWith',
  'isEmpty',
  'isNotEmpty',
  'greaterThan',
  'atLeast',
  'lessThan',
  'atMost',
  'isTrue',
  'isFalse',
  'oneOf',
  'hasTag',
  'hasNoTag',
] as const;

/** One comparison: a path into the run's data, an operator, a value. */
export const ComparisonSchema = Type.Object(
  {
    field: Type.String({
      minLength: 1,
      maxLength: 200,
      title: 'Field',
      'x-widget': 'field',
      description: 'Path such as contact.fields.city or trigger.text',
    }),
    operator: Type.Enum([...CONDITION_OPERATORS], { title: 'Comparison' }),
    value: Type.Optional(Type.Unsafe<Static<typeof JsonValueSchema>>({ title: 'Value' })),
  },
  { additionalProperties: false },
);
export type Comparison = Static<typeof ComparisonSchema>;

/** Structured condition: groups of comparisons. `all` of the groups' results, or `any`. Data, not code. */
export const ConditionSchema = Type.Object(
  {
    match: Type.Enum(['all', 'any'], { title: 'Passes when', default: 'all' }),
    rules: Type.Array(
      Type.Union([
        ComparisonSchema,
        Type.Object(
          {
            match: Type.Enum(['all', 'any']),
            rules: Type.Array(ComparisonSchema, { minItems: 1, maxItems: 20 }),
          },
          { additionalProperties: false },
        ),
      ]),
      { minItems: 1, maxItems: 20, title: 'Rules' },
    ),
  },
  { additionalProperties: false, 'x-widget': 'condition' },
);
export type Condition = Static<typeof ConditionSchema>;
