/**
 * The numbers of a flow are spread over several rows, since whoever counts holds its row until the commit is on the disk. Checkpoints that
 * are under way at the same time in this process never share a row; those of other processes seldom do. Few rows are used: the slot that
 * came back last is given out first.
 */
const PER_PROCESS = 64;
/** Where this process begins. `slot` is a smallint. */
const FIRST = Math.floor(Math.random() * 128) * PER_PROCESS;

const free = Array.from({ length: PER_PROCESS }, (_, index) => FIRST + PER_PROCESS - 1 - index);

/** @returns A slot for one checkpoint; give it back afterwards. With more than 64 under way at once some share one. */
export function takeCounterSlot(): number {
  return free.pop() ?? FIRST;
}

export function giveCounterSlotBack(slot: number): void {
  if (!free.includes(slot)) free.push(slot);
}
