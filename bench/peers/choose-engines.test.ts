import { expect, it } from 'vitest';
import { chooseEngines, ENGINE_KEYS } from './choose-engines.ts';

it('takes all engines when none is named', () => {
  expect(chooseEngines(['--rounds', '1'])).toEqual([...ENGINE_KEYS]);
});

it.each([[['--engines', 'nodeRedKeepAlive,heddle']], [['--engines=nodeRedKeepAlive, heddle']]])(
  'takes those that are named, in the order in which they are measured: %j',
  (args) => {
    expect(chooseEngines(args)).toEqual(['heddle', 'nodeRedKeepAlive']);
  },
);

it('tells the two settings of Node-RED apart', () => {
  expect(chooseEngines(['--engines', 'nodeRed'])).toEqual(['nodeRed']);
});

it.each(['nodered', '', 'heddle,'])('refuses "%s" and lists what there is', (given) => {
  expect(() => chooseEngines(['--engines', given])).toThrow(/There is no engine .* nodeRedKeepAlive, n8n,/);
});
