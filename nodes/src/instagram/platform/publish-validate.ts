import { POST_LIMITS, countCaption } from '../../publishing/post-rules.ts';
import type { ActionProblem } from './action-problem.ts';
import type { CreateContainer, PublishContainer } from './publish-perform.ts';

/** What Instagram would refuse in a publishing action; the pictures themselves are looked at before (`publishingCheck`). */
export function validatePublishing(action: CreateContainer | PublishContainer): ActionProblem[] {
  if (action.kind === 'publishContainer')
    return action.containerId === ''
      ? [{ path: '/containerId', message: 'There is no prepared post to publish.' }]
      : [];
  const { container } = action;
  if (container.kind === 'carousel') {
    const count = container.childIds.length;
    const isWrong = count < POST_LIMITS.carouselLeast || count > POST_LIMITS.carouselMost;
    return [
      ...(isWrong ? [{ path: '/container/childIds', message: `A carousel has 2 to 10 pictures, not ${count}.` }] : []),
      ...captionProblems(container.caption),
    ];
  }
  return [
    ...(URL.canParse(container.url) ? [] : [{ path: '/container/url', message: 'The picture has no web address.' }]),
    ...([...container.altText].length > POST_LIMITS.altTextCharacters
      ? [{ path: '/container/altText', message: 'The description of the picture is longer than 1,000 characters.' }]
      : []),
    ...(container.kind === 'image' ? captionProblems(container.caption) : []),
  ];
}

function captionProblems(caption: string): ActionProblem[] {
  const { characters, hashtags, mentions } = countCaption(caption);
  const found: [number, number, string][] = [
    [characters, POST_LIMITS.captionCharacters, 'characters'],
    [hashtags, POST_LIMITS.hashtags, 'hashtags'],
    [mentions, POST_LIMITS.mentions, 'mentions'],
  ];
  return found.flatMap(([count, limit, unit]) =>
    count > limit
      ? [{ path: '/container/caption', message: `The caption has ${count} ${unit}; Instagram takes at most ${limit}.` }]
      : [],
  );
}
