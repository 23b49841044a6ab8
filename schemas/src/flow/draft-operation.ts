import { Type, type Static } from 'typebox';
import { JsonObjectSchema } from '../json.ts';
import { NodeIdSchema } from '../ids.ts';
import {
  FlowDocumentSchema,
  FlowEdgeSchema,
  FlowInputSchema,
  FlowNodeSchema,
  FlowNoteSchema,
  FlowSettingsSchema,
  FlowSlotSchema,
  NodePinSchema,
  RetryPolicySchema,
} from './flow-document.ts';

const at = Type.Tuple([Type.Number(), Type.Number()]);
const op = <K extends string, P extends Parameters<typeof Type.Object>[0]>(kind: K, properties: P) =>
  Type.Object({ kind: Type.Literal(kind), ...properties }, { additionalProperties: false });

/**
 * The closed set of changes to a draft. Undo, redo, audit, collaboration and assistants all use this list;
 * the engine applies each and gives its inverse. In `moveNodes`, null takes a place away (the node is laid out anew); `index` is the
 * place in the list of edges or notes, at the end when left out.
 */
export const DraftOperationSchema = Type.Union([
  op('addNode', { id: NodeIdSchema, node: FlowNodeSchema, at: Type.Optional(at) }),
  op('removeNode', { id: NodeIdSchema }),
  op('moveNodes', { to: Type.Record(Type.String(), Type.Union([at, Type.Null()])) }),
  op('setConfig', { id: NodeIdSchema, config: JsonObjectSchema }),
  op('setLabel', { id: NodeIdSchema, label: Type.Union([Type.String({ maxLength: 80 }), Type.Null()]) }),
  op('setRetry', { id: NodeIdSchema, retry: Type.Union([RetryPolicySchema, Type.Null()]) }),
  op('setDisabled', { id: NodeIdSchema, isDisabled: Type.Boolean() }),
  op('setPin', { id: NodeIdSchema, pin: Type.Union([NodePinSchema, Type.Null()]) }),
  op('connect', { edge: FlowEdgeSchema, index: Type.Optional(Type.Integer({ minimum: 0 })) }),
  op('disconnect', { edge: FlowEdgeSchema }),
  op('setName', { name: Type.String({ minLength: 1, maxLength: 120 }) }),
  op('setDescription', { description: Type.Union([Type.String({ maxLength: 2000 }), Type.Null()]) }),
  op('setInput', { name: Type.String(), input: Type.Union([FlowInputSchema, Type.Null()]) }),
  op('setSlot', { name: Type.String(), slot: Type.Union([FlowSlotSchema, Type.Null()]) }),
  op('setSettings', { settings: FlowSettingsSchema }),
  op('setNote', {
    id: NodeIdSchema,
    note: Type.Union([FlowNoteSchema, Type.Null()]),
    index: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  op('setTests', {
    tests: Type.Unsafe<NonNullable<Static<typeof FlowDocumentSchema>['tests']>>(FlowDocumentSchema.properties.tests),
  }),
  op('replaceDocument', { document: FlowDocumentSchema }),
]);
export type DraftOperation = Static<typeof DraftOperationSchema>;
