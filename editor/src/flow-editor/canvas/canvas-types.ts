import type { EdgeTypes, NodeTypes } from '@xyflow/react';
import { FlowEdgeLine } from './FlowEdgeLine.tsx';
import { NodeCard } from './NodeCard.tsx';
import { NoteCard } from './NoteCard.tsx';

/** How React Flow draws our nodes; constant, because a new object would draw everything anew. */
export const NODE_TYPES: NodeTypes = { card: NodeCard, note: NoteCard };

/** How React Flow draws our edges. */
export const EDGE_TYPES: EdgeTypes = { flow: FlowEdgeLine };
