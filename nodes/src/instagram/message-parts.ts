/** Bubbles as a person composes them in the inspector. Browser safe. */
import { ButtonSchema, QuickReplySchema } from '@heddle/schemas';
import { Type, type Static } from 'typebox';
import { requiredTemplateAreaField, requiredTemplateField } from '../form-fields.ts';

const mediaPart = (kind: 'image' | 'video' | 'audio', title: string, description: string) =>
  Type.Object(
    {
      kind: Type.Literal(kind),
      url: Type.String({
        title: `${title} address`,
        description,
        minLength: 1,
        maxLength: 2000,
        'x-widget': kind === 'image' ? 'image-url' : 'template',
        'x-placeholder': 'https://…',
      }),
    },
    { additionalProperties: false, title },
  );

/** One bubble. */
export const MessagePartSchema = Type.Union(
  [
    Type.Object(
      {
        kind: Type.Literal('text'),
        text: requiredTemplateAreaField({
          title: 'Text',
          'x-max-bytes': 1000,
          'x-placeholder': "Hi {{ contact.firstName | default: 'there' }}!",
        }),
        quickReplies: Type.Optional(
          Type.Array(QuickReplySchema, {
            title: 'Quick replies',
            description: 'Answers to tap; shown on phones, gone after the next message.',
            maxItems: 13,
          }),
        ),
      },
      { additionalProperties: false, title: 'Text' },
    ),
    mediaPart('image', 'Picture', 'JPEG, PNG or GIF, at most 8 MB, at a public address.'),
    mediaPart('video', 'Video', 'MP4, MOV, OGG, AVI or WebM, at most 25 MB, at a public address.'),
    mediaPart('audio', 'Sound', 'AAC, M4A, WAV or MP4, at most 25 MB, at a public address.'),
    Type.Object(
      {
        kind: Type.Literal('buttons'),
        text: requiredTemplateField({ title: 'Text above the buttons', description: 'At most 640 characters.' }),
        buttons: Type.Array(ButtonSchema, { title: 'Buttons', minItems: 1, maxItems: 3 }),
      },
      { additionalProperties: false, title: 'Text with buttons' },
    ),
  ],
  { title: 'Bubble' },
);
export type MessagePart = Static<typeof MessagePartSchema>;
