/** Config fields that several publishing nodes share. Browser safe. */
import { Type } from 'typebox';
import { connectionField, requiredTemplateField, templateAreaField } from '../form-fields.ts';
import { BASIC_SCOPE, PUBLISH_SCOPE } from '../instagram/scopes.ts';

export const accountField = connectionField('The Instagram account that publishes.');

/** What every publishing node needs of its account. */
export const accountNeed = { field: 'connection', platform: 'instagram', scopes: [BASIC_SCOPE, PUBLISH_SCOPE] };

export const captionField = templateAreaField({
  title: 'Caption',
  description: 'As it stands, the caption of the post that is due. At most 2,200 characters, 30 hashtags, 20 mentions.',
  default: '{{ trigger.caption }}',
});

export const mediaField = Type.Optional(
  Type.Array(
    Type.Object(
      {
        url: requiredTemplateField({ title: 'Picture address', 'x-placeholder': 'https://…' }),
        altText: Type.Optional(Type.String({ title: 'Description for people who cannot see it', maxLength: 1000 })),
      },
      { additionalProperties: false, title: 'Picture' },
    ),
    {
      title: 'Pictures',
      description: 'Left out: the pictures of the post that is due. One makes a single post, 2 to 10 a carousel.',
      maxItems: 10,
      'x-widget': 'json',
      'x-advanced': true,
    },
  ),
);

export const containerIdField = requiredTemplateField({
  title: 'Prepared post',
  description: 'Id from the node that prepared it.',
  default: '{{ input.containerId }}',
  'x-advanced': true,
});
