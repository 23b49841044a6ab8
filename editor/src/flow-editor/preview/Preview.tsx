import { Text } from '@mantine/core';
import { IconFile, IconMicrophone, IconPhoto, IconPlayerPlayFilled } from '@tabler/icons-react';
import type { JsonObject, NodeDefinitionData } from '@heddle/schemas';
import { useState } from 'react';
import { titleOfPath, type FieldGroup } from '../model/available-fields.ts';
import { sentenceCase } from '../form/form-schema.ts';
import { previewBubbles, type PreviewBubble, type PreviewButton, type PreviewCard } from './preview-bubbles.ts';
import { TemplateText } from './TemplateText.tsx';

interface PreviewProps {
  readonly definition: NodeDefinitionData;
  readonly config: JsonObject;
  readonly fields: readonly FieldGroup[];
}

/** What the contact will see on the phone. */
export function Preview({ definition, config, fields }: PreviewProps) {
  const bubbles = previewBubbles(definition, config);
  if (bubbles.length === 0) return null;
  const nameOf = (path: string) => {
    const title = titleOfPath(fields, path);
    return title === path ? sentenceCase(path.split('.').at(-1) ?? path) : title;
  };
  return (
    <section className="fe-preview" aria-label="Preview">
      <Text className="fe-group-title">Preview</Text>
      <div className="fe-phone">
        {bubbles.map((bubble, index) => (
          <Bubble key={index} bubble={bubble} nameOf={nameOf} />
        ))}
      </div>
    </section>
  );
}

interface BubbleProps {
  readonly bubble: PreviewBubble;
  nameOf(path: string): string;
}

function Bubble({ bubble, nameOf }: BubbleProps) {
  switch (bubble.kind) {
    case 'text':
      return (
        <>
          <div className="fe-bubble">
            <p data-empty={bubble.text === ''}>
              {bubble.text === '' ? 'Write something…' : <TemplateText text={bubble.text} nameOf={nameOf} />}
            </p>
            <Buttons buttons={bubble.buttons} />
          </div>
          {bubble.quickReplies.length > 0 && (
            <div className="fe-quick-replies">
              {bubble.quickReplies.map((title, index) => (
                <span key={index}>{title === '' ? '…' : title}</span>
              ))}
            </div>
          )}
        </>
      );
    case 'media':
      return <Media media={bubble.media} url={bubble.url} />;
    case 'carousel':
      return (
        <div className="fe-carousel">
          {bubble.cards.map((card, index) => (
            <CarouselCard key={index} card={card} nameOf={nameOf} />
          ))}
        </div>
      );
    case 'comment':
      return (
        <div className="fe-comments">
          <div className="fe-comment fe-comment-theirs">
            <span className="fe-comment-face" />{' '}
            <p>
              <b>customer</b> …
            </p>
          </div>
          {bubble.texts.map((text, index) => (
            <div key={index} className="fe-comment">
              <span className="fe-comment-face" />{' '}
              <p>
                <b>you</b> {text === '' ? 'Write something…' : <TemplateText text={text} nameOf={nameOf} />}
              </p>
            </div>
          ))}
        </div>
      );
  }
}

function Buttons({ buttons }: { readonly buttons: readonly PreviewButton[] }) {
  if (buttons.length === 0) return null;
  return (
    <div className="fe-bubble-buttons">
      {buttons.map((button, index) => (
        <span key={index}>{button.title === '' ? '…' : button.title}</span>
      ))}
    </div>
  );
}

function CarouselCard({ card, nameOf }: { readonly card: PreviewCard; nameOf(path: string): string }) {
  return (
    <div className="fe-carousel-card">
      <Picture url={card.imageUrl} />
      <div className="fe-carousel-text">
        <b>{card.title === '' ? 'Title' : <TemplateText text={card.title} nameOf={nameOf} />}</b>
        {card.subtitle !== '' && (
          <span>
            <TemplateText text={card.subtitle} nameOf={nameOf} />
          </span>
        )}
      </div>
      <Buttons buttons={card.buttons} />
    </div>
  );
}

function Media({ media, url }: { readonly media: 'image' | 'video' | 'audio' | 'file'; readonly url: string }) {
  if (media === 'image')
    return (
      <div className="fe-bubble fe-bubble-media">
        <Picture url={url} />
      </div>
    );
  const Symbol = media === 'video' ? IconPlayerPlayFilled : media === 'audio' ? IconMicrophone : IconFile;
  const title = media === 'video' ? 'Video' : media === 'audio' ? 'Voice message' : 'File';
  return (
    <div className="fe-bubble fe-bubble-file">
      <Symbol size={18} aria-hidden /> {title}
    </div>
  );
}

function Picture({ url }: { readonly url: string }) {
  const [broken, setBroken] = useState('');
  if (!/^https?:\/\/[^{}\s]+$/u.test(url) || broken === url)
    return (
      <div className="fe-picture-empty">
        <IconPhoto size={26} stroke={1.4} aria-hidden />
      </div>
    );
  return <img className="fe-picture" src={url} alt="" referrerPolicy="no-referrer" onError={() => setBroken(url)} />;
}
