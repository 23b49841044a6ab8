import type { SandboxCore } from './core.ts';
import type { SandboxSettings, SandboxSettingsPatch } from './customer-api.ts';
import { applySettingsPatch } from './settings.ts';

/** Row of the `meta` table that keeps the switches. */
export const SETTINGS_KEY = 'settings';

/** Changes the switches durably and lets waiting webhooks go where a switch held them. */
export async function changeSettings(core: SandboxCore, patch: SandboxSettingsPatch): Promise<SandboxSettings> {
  return replaceSettings(core, applySettingsPatch(core.settings(), patch));
}

export async function replaceSettings(core: SandboxCore, settings: SandboxSettings): Promise<SandboxSettings> {
  await core.state.transact((tx) => {
    core.state.meta.put(SETTINGS_KEY, { settings });
    tx.after(() => core.live.publish({ kind: 'settings-changed' }));
    tx.after(() => core.webhooks.pump());
  });
  return settings;
}
