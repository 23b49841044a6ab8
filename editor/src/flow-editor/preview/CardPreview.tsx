import { IconFile, IconMicrophone, IconPhoto, IconVideo } from '@tabler/icons-react';
import type { JsonObject, NodeDefinitionData } from '@heddle/schemas';
import { previewBubbles, type PreviewBubble } from './preview-bubbles.ts';
import { TemplateText } from './TemplateText.tsx';

const MEDIA = {
  image: { icon: IconPhoto, title: 'Picture' },
  video: { icon: IconVideo, title: 'Video' },
  audio: { icon: IconMicrophone, title: 'Voice message' },
  file: { icon: IconFile, title: 'File' },
} as const;

/** The first bubble of a message, small, on its card. */
export function CardPreview({
  definition,
  config,
  fallback,
}: {
  readonly definition: NodeDefinitionData;
  readonly config: JsonObject;
  readonly fallback: string;
}) {
  const bubbles = previewBubbles(definition, config);
  const [first] = bubbles;
  if (first === undefined) return fallback === '' ? null : <p className="fe-card-text">{fallback}</p>;
  return (
    <div className="fe-card-preview">
      <SmallBubble bubble={first} />
      {bubbles.length > 1 && (
        <span className="fe-card-more">
          + {bubbles.length - 1} more {bubbles.length === 2 ? 'bubble' : 'bubbles'}
        </span>
      )}
    </div>
  );
}

function SmallBubble({ bubble }: { readonly bubble: PreviewBubble }) {
  switch (bubble.kind) {
    case 'text':
      return (
        <>
          <p className="fe-mini-bubble" data-empty={bubble.text === ''}>
            {bubble.text === '' ? 'Empty message' : <TemplateText text={bubble.text} />}
          </p>
          {bubble.quickReplies.length + bubble.buttons.length > 0 && (
            <div className="fe-mini-buttons">
              {[...bubble.quickReplies, ...bubble.buttons.map((button) => button.title)]
                .slice(0, 3)
                .map((title, index) => (
                  <span key={index}>{title === '' ? '…' : title}</span>
                ))}
            </div>
          )}
        </>
      );
    case 'media': {
      const { icon: Symbol, title } = MEDIA[bubble.media];
      return (
        <p className="fe-mini-bubble fe-mini-media">
          <Symbol size={15} aria-hidden /> {title}
        </p>
      );
    }
    case 'carousel':
      return (
        <div className="fe-mini-cards" aria-label={`${bubble.cards.length} cards`}>
          {bubble.cards.slice(0, 3).map((card, index) => (
            <div key={index} className="fe-mini-card">
              <span className="fe-mini-card-picture">
                {/^https?:\/\/[^{}\s]+$/u.test(card.imageUrl) ? (
                  <img src={card.imageUrl} alt="" loading="lazy" />
                ) : (
                  <IconPhoto size={14} />
                )}
              </span>
              <span className="fe-mini-card-title">
                {card.title === '' ? 'Card' : <TemplateText text={card.title} />}
              </span>
            </div>
          ))}
        </div>
      );
    case 'comment':
      return (
        <>
          <p className="fe-mini-comment" data-empty={(bubble.texts[0] ?? '') === ''}>
            {(bubble.texts[0] ?? '') === '' ? 'Empty reply' : <TemplateText text={bubble.texts[0] ?? ''} />}
          </p>
          {bubble.texts.length > 1 && (
            <span className="fe-card-more">{bubble.texts.length} variations, one at random</span>
          )}
        </>
      );
  }
}
