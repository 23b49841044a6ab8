export { checkKeys, readKeyFacts, refuseNewKeys } from './check-keys.ts';
export { findLocalKeyRing, loadLocalKeyRing, localKeyFile, parseKeyRing, type KeyRing } from './key-ring.ts';
export type { Place } from './sealed-text.ts';
export { createVault, type Vault } from './vault.ts';
