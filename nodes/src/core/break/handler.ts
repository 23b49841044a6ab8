import { breakLoop, defineHandler } from '@heddle/engine';
import { breakOut } from './definition.ts';

/** What came in is the output of the item at which the loop was left. */
export const breakOutHandler = defineHandler(breakOut, { run: ({ input }) => breakLoop(input) });
