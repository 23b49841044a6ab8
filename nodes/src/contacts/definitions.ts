import type { NodeDefinition } from '@heddle/schemas';
import { tag } from './tag/definition.ts';
import { setField } from './set-field/definition.ts';

/** Node types of the plugin `contacts`, in palette order. Browser safe. */
export const contactsDefinitions: readonly NodeDefinition[] = [tag, setField];
