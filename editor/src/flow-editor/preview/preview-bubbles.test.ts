import { describe, expect, it } from 'vitest';
import { previewBubbles } from './preview-bubbles.ts';

describe('previews', () => {
  it('shows each part as a bubble', () => {
    expect(
      previewBubbles(
        { preview: 'message' },
        {
          parts: [
            { kind: 'text', text: 'Hi', quickReplies: [{ title: 'Yes' }] },
            { kind: 'image', url: 'https://x' },
            { kind: 'buttons', text: 'Go', buttons: [{ kind: 'link', title: 'Shop' }] },
          ],
        },
      ),
    ).toEqual([
      { kind: 'text', text: 'Hi', buttons: [], quickReplies: ['Yes'] },
      { kind: 'media', media: 'image', url: 'https://x' },
      { kind: 'text', text: 'Go', buttons: [{ title: 'Shop', kind: 'link' }], quickReplies: [] },
    ]);
  });

  it('shows cards, variations of a comment, and a question with its choices', () => {
    expect(previewBubbles({ preview: 'carousel' }, { cards: [{ title: 'A' }] })[0]).toMatchObject({
      kind: 'carousel',
      cards: [{ title: 'A', subtitle: '', buttons: [] }],
    });
    expect(previewBubbles({ preview: 'comment' }, { variations: ['a', 'b'] })).toEqual([
      { kind: 'comment', texts: ['a', 'b'] },
    ]);
    expect(
      previewBubbles({ preview: 'message' }, { question: 'Which?', kind: 'choice', choices: [{ label: 'Red' }] })[0],
    ).toMatchObject({ text: 'Which?', quickReplies: ['Red'] });
  });

  it('shows nothing when nothing will be sent', () => {
    expect(previewBubbles({ preview: 'message' }, { question: '', choices: [{ label: 'Red' }] })).toEqual([]);
  });
});
