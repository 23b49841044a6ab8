export { applyOperation, applyOperations, sameEdge, type AppliedOperation } from './apply-operation.ts';
export { newNodeId } from './new-node-id.ts';
export { exportFlow, toFlowJson } from './export-flow.ts';
export { diffFlows } from './diff-flows.ts';
export { type DocumentPart, type FieldChange, type FlowDifference } from './flow-difference.ts';
export { diffOperations } from './diff-operations.ts';
export { mergeDrafts, takeMine, type MergedDraft, type MergeConflict } from './merge-drafts.ts';
export { withoutPins } from './without-pins.ts';
export { jsonEqual } from './json-equal.ts';
