import { Type, type Static } from 'typebox';
import { IdSchema } from '../ids.ts';
import { JsonObjectSchema } from '../json.ts';

/** What the linter needs to know beside the draft, its bindings and the node types, so that it finds the same in the browser. */
export const LintFactsSchema = Type.Object(
  {
    capabilities: Type.Array(Type.Enum(['children', 'approval', 'event', 'queue']), {
      description: 'Parts of the language beyond the basic one that this Heddle carries out',
    }),
    liveSinceMs: Type.Optional(Type.Number({ description: 'When this flow went live, epoch ms' })),
    otherFlows: Type.Array(
      Type.Object(
        {
          id: IdSchema,
          name: Type.String(),
          priority: Type.Integer(),
          liveSinceMs: Type.Number({ description: 'Epoch ms' }),
          triggers: Type.Array(
            Type.Object(
              {
                type: Type.String(),
                config: JsonObjectSchema,
                connectionId: Type.Optional(IdSchema),
              },
              { additionalProperties: false },
            ),
          ),
        },
        { additionalProperties: false },
      ),
      { description: 'Other live flows: what they start on, with their inputs filled in' },
    ),
  },
  { additionalProperties: false },
);
export type FlowLintFacts = Static<typeof LintFactsSchema>;
