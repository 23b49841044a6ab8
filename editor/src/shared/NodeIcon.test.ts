import { builtInDefinitions } from '@heddle/nodes/definitions';
import { expect, it } from 'vitest';
import { hasNodeIcon } from './NodeIcon.tsx';

it('has the icon of every built-in node type', () => {
  expect(builtInDefinitions.map((definition) => definition.icon).filter((icon) => !hasNodeIcon(icon))).toEqual([]);
});
