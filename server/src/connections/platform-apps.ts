import type { PlatformApp } from '@heddle/engine';
import type { Settings } from '../settings.ts';

/** The addresses of Instagram itself (Instagram Login). */
const INSTAGRAM_API = 'https://graph.instagram.com';
const INSTAGRAM_OAUTH = 'https://www.instagram.com';
const INSTAGRAM_TOKEN = 'https://api.instagram.com';

/** The operator's app at Instagram; undefined when none is set up. Each address may be that of a stand-in. */
export function instagramApp(settings: Pick<Settings, 'instagram' | 'instagramUrls'>): PlatformApp | undefined {
  const { instagram, instagramUrls } = settings;
  if (instagram.appId === undefined) return undefined;
  return {
    appId: instagram.appId,
    appSecrets: instagram.appSecrets,
    verifyToken: instagram.verifyToken ?? '',
    apiUrl: instagramUrls.graph ?? INSTAGRAM_API,
    oauthUrl: instagramUrls.oauth ?? INSTAGRAM_OAUTH,
    tokenUrl: instagramUrls.oauth ?? INSTAGRAM_TOKEN,
  };
}
