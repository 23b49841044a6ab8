import { describe, expect, it } from 'vitest';
import { addPictures, describePicture, EMPTY, movePicture, removePicture } from './composer-state.ts';

const urls = (state: typeof EMPTY) => state.pictures.map((picture) => picture.url);

describe('pictures in the composer', () => {
  const three = addPictures(EMPTY, 'https://x/a.jpg https://x/b.jpg\nhttps://x/c.jpg https://x/a.jpg');

  it('are added by address, several at once, each once', () => {
    expect(urls(three)).toEqual(['https://x/a.jpg', 'https://x/b.jpg', 'https://x/c.jpg']);
    expect(urls(addPictures(three, ' https://x/b.jpg '))).toHaveLength(3);
  });

  it('move, keeping their description', () => {
    const described = describePicture(three, three.pictures[0]?.key ?? '', 'A basket');
    const moved = movePicture(described, 0, 2);
    expect(urls(moved)).toEqual(['https://x/b.jpg', 'https://x/c.jpg', 'https://x/a.jpg']);
    expect(moved.pictures[2]?.altText).toBe('A basket');
    expect(movePicture(three, 0, -1)).toBe(three);
    expect(movePicture(three, 2, 3)).toBe(three);
  });

  it('are taken out', () => {
    expect(urls(removePicture(three, three.pictures[1]?.key ?? ''))).toEqual(['https://x/a.jpg', 'https://x/c.jpg']);
  });
});
