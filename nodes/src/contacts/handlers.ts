import type { NodeHandler } from '@heddle/engine';
import { tagHandler } from './tag/handler.ts';
import { setFieldHandler } from './set-field/handler.ts';

/** Code of the plugin `contacts`. */
export const contactsHandlers: readonly NodeHandler[] = [tagHandler, setFieldHandler];
