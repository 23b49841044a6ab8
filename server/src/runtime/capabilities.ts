import { RUNTIME_CAPABILITIES, type RuntimeCapability } from '@heddle/engine';

/** What this runtime carries out beyond the basic language: all there is. */
export const HOST_CAPABILITIES: readonly RuntimeCapability[] = RUNTIME_CAPABILITIES;
