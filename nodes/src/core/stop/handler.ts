import { defineHandler, done } from '@heddle/engine';
import { stop } from './definition.ts';

/** It has no exits of its own. `timeout` is the one that every node has and that never leads on from here. */
export const stopHandler = defineHandler(stop, { run: ({ config }) => done('timeout', { note: config.note ?? '' }) });
