/** Frames: notes around a group of nodes. What lies inside goes along. No React. */
import type { DraftOperation, FlowDocument, FlowNote } from '@heddle/schemas';
import { CARD_WIDTH } from './card-size.ts';
import { freeName } from './free-name.ts';
import type { Layout } from './layout-flow.ts';

/** Size of a note or frame that has none of its own. */
export const NOTE_SIZE: readonly [number, number] = [220, 120];
const FRAME_SIZE: readonly [number, number] = [480, 320];

/** Room between a frame and what it is drawn around; more above, for its title. */
const PADDING = 28;
const HEAD = 44;

/** A card is taken to be this high where its measured height does not matter. */
const CARD_HEIGHT = 170;

/** Nodes and notes by id. */
export interface Contents {
  readonly nodes: readonly string[];
  readonly notes: readonly string[];
}

/** What lies in a frame: cards and notes whose centre is inside. A frame in a frame counts, with all that is in it. */
export function contentsOfFrame(document: FlowDocument, layout: Layout, frame: FlowNote): Contents {
  const [left, top] = frame.at;
  const [width, height] = frame.size ?? FRAME_SIZE;
  const isInside = (x: number, y: number) => x > left && x < left + width && y > top && y < top + height;
  return {
    nodes: Object.keys(document.nodes).filter((id) => {
      const [x, y] = layout[id] ?? [Number.NaN, Number.NaN];
      return isInside(x + CARD_WIDTH / 2, y + CARD_HEIGHT / 2);
    }),
    notes: (document.notes ?? []).flatMap((note) => {
      const [w, h] = note.size ?? NOTE_SIZE;
      const isLarger = w * h >= width * height;
      return note.id !== frame.id && !isLarger && isInside(note.at[0] + w / 2, note.at[1] + h / 2) ? [note.id] : [];
    }),
  };
}

/** What is chosen, together with all that lies in the frames among it. */
export function withContents(document: FlowDocument, layout: Layout, chosen: Contents): Contents {
  const frames = (document.notes ?? []).filter((note) => note.isFrame === true && chosen.notes.includes(note.id));
  const inside = frames.map((frame) => contentsOfFrame(document, layout, frame));
  return {
    nodes: [...new Set([...chosen.nodes, ...inside.flatMap(({ nodes }) => nodes)])],
    notes: [...new Set([...chosen.notes, ...inside.flatMap(({ notes }) => notes)])],
  };
}

/** The operation that draws a frame around nodes and notes, or an empty one at `centre` when there are none. */
export function frameAround(
  document: FlowDocument,
  layout: Layout,
  chosen: Contents,
  centre: readonly [number, number],
): { readonly id: string; readonly operation: DraftOperation } {
  const id = freeName('frame1', (name) => document.notes?.some((note) => note.id === name) === true);
  const boxes = [
    ...chosen.nodes.flatMap((node) => (layout[node] === undefined ? [] : [[...layout[node], CARD_WIDTH, CARD_HEIGHT]])),
    ...(document.notes ?? [])
      .filter((note) => chosen.notes.includes(note.id))
      .map((note) => [...note.at, ...(note.size ?? NOTE_SIZE)]),
  ];
  const [width, height] = FRAME_SIZE;
  const left = Math.min(...boxes.map(([x = 0]) => x)) - PADDING;
  const top = Math.min(...boxes.map(([, y = 0]) => y)) - HEAD;
  const right = Math.max(...boxes.map(([x = 0, , w = 0]) => x + w)) + PADDING;
  const bottom = Math.max(...boxes.map(([, y = 0, , h = 0]) => y + h)) + PADDING;
  const note: FlowNote =
    boxes.length === 0
      ? {
          id,
          text: '',
          at: [Math.round(centre[0] - width / 2), Math.round(centre[1] - height / 2)],
          size: [width, height],
          isFrame: true,
        }
      : {
          id,
          text: '',
          at: [Math.round(left), Math.round(top)],
          size: [Math.round(right - left), Math.round(bottom - top)],
          isFrame: true,
        };
  // In front of the list, so that notes lie upon it.
  return { id, operation: { kind: 'setNote', id, note, index: 0 } };
}
