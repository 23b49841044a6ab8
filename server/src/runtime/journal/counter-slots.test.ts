import { expect, it } from 'vitest';
import { giveCounterSlotBack, takeCounterSlot } from './counter-slots.ts';

it('never gives one slot to two checkpoints at once, and uses few', () => {
  const used = new Set<number>();
  for (let round = 0; round < 50; round += 1) {
    const taken = Array.from({ length: 20 }, () => takeCounterSlot());
    expect(new Set(taken).size).toBe(20);
    for (const slot of taken) used.add(slot);
    for (const slot of taken) giveCounterSlotBack(slot);
  }
  expect(used.size).toBe(20);
});

it('goes on when there are more checkpoints than slots', () => {
  const taken = Array.from({ length: 70 }, () => takeCounterSlot());
  for (const slot of taken) giveCounterSlotBack(slot);
  expect(new Set(Array.from({ length: 64 }, () => takeCounterSlot())).size).toBe(64);
});
