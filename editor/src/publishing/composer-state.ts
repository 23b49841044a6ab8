import type { PostSchedule, PostView } from '@heddle/schemas/api';

/** A picture in the composer; `key` stays the same when it moves. */
export interface ComposedPicture {
  readonly key: string;
  readonly url: string;
  readonly altText: string;
}

/** What the composer holds. */
export interface Composition {
  readonly connectionId: string | null;
  readonly caption: string;
  readonly pictures: readonly ComposedPicture[];
  /** null: publish now or keep as a draft. */
  readonly schedule: PostSchedule | null;
}

/** Keys are for React only; they need not be kept. */
let nextKey = 0;
const newKey = (): string => `picture-${(nextKey += 1)}`;

export const EMPTY: Composition = { connectionId: null, caption: '', pictures: [], schedule: null };

/** A stored post, to be changed. */
export function fromPost(post: PostView): Composition {
  return {
    connectionId: post.connectionId,
    caption: post.caption,
    pictures: post.media.map((item) => ({ ...item, key: newKey() })),
    schedule: post.status === 'scheduled' ? post.schedule : null,
  };
}

/** Adds pictures by address; several may be pasted at once, separated by spaces or lines. Known ones are not added twice. */
export function addPictures(state: Composition, text: string): Composition {
  const known = new Set(state.pictures.map((picture) => picture.url));
  const urls = [...new Set(text.split(/\s+/).filter((url) => url !== '' && !known.has(url)))];
  return { ...state, pictures: [...state.pictures, ...urls.map((url) => ({ key: newKey(), url, altText: '' }))] };
}

/** Moves a picture to another place; a place outside of the list changes nothing. */
export function movePicture(state: Composition, from: number, to: number): Composition {
  const pictures = [...state.pictures];
  if (from === to || to < 0 || to >= pictures.length) return state;
  const [moved] = pictures.splice(from, 1);
  if (moved === undefined) return state;
  pictures.splice(to, 0, moved);
  return { ...state, pictures };
}

export function removePicture(state: Composition, key: string): Composition {
  return { ...state, pictures: state.pictures.filter((picture) => picture.key !== key) };
}

export function describePicture(state: Composition, key: string, altText: string): Composition {
  return {
    ...state,
    pictures: state.pictures.map((picture) => (picture.key === key ? { ...picture, altText } : picture)),
  };
}
