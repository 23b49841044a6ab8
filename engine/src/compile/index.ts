export { type Program, type CompiledFlow, type CompiledNode } from './program.ts';
export { compileFlow } from './compile-flow.ts';
export { validateFlow, type ValidateOptions } from './validate-flow.ts';
export { checkWrittenConfig, assertFilledConfig } from './config-check.ts';
export { migrateConfig } from './migrate-config.ts';
export { findSimilar, didYouMean } from './suggest.ts';
export { RUNTIME_CAPABILITIES, CAPABILITY_NAMES, type RuntimeCapability } from './capabilities.ts';
