import { Type } from 'typebox';

/** Id of an item that has an exit of its own; never the name of an exit that the node has anyway. Browser safe. */
export const portIdField = (taken: readonly string[]) =>
  Type.String({
    title: 'Id',
    description: 'Name of the exit. Changing it loses the connections of the exit.',
    pattern: `^(?!(?:${[...taken, 'error', 'timeout'].join('|')})$)[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$`,
    'x-advanced': true,
    'x-literal': true,
  });
