import { Type, type Static } from 'typebox';

const TimeOfDaySchema = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  description: 'Time of day, such as 21:30',
});

/** Hours in which Heddle begins no conversation. Answers to what a person just did go out at any hour. */
export const QuietHoursSchema = Type.Object(
  {
    from: TimeOfDaySchema,
    to: TimeOfDaySchema,
    timeZone: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'IANA name such as Africa/Nairobi; used for contacts whose own time zone is not known',
    }),
  },
  { additionalProperties: false },
);
export type QuietHours = Static<typeof QuietHoursSchema>;

/** At most so many messages of flows to one contact in any period of this length. */
export const MessageCapSchema = Type.Object(
  {
    messages: Type.Integer({ minimum: 1, maximum: 1_000 }),
    periodHours: Type.Integer({ minimum: 1, maximum: 720 }),
  },
  { additionalProperties: false },
);
export type MessageCap = Static<typeof MessageCapSchema>;

/** Rules of a workspace for what its flows send in private: messages and private replies. Public replies to comments are not held by them. */
export const MessagingRulesSchema = Type.Object(
  {
    quietHours: Type.Optional(QuietHoursSchema),
    caps: Type.Optional(Type.Array(MessageCapSchema, { maxItems: 3 })),
    takeoverMinutes: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_080,
        description:
          'How long flows stay out of a conversation after a person of the team wrote in it by hand; 0: not at all; default 60',
      }),
    ),
  },
  { additionalProperties: false },
);
export type MessagingRules = Static<typeof MessagingRulesSchema>;

/** Minutes that a conversation is left to the team when the workspace has not said otherwise. */
export const DEFAULT_TAKEOVER_MINUTES = 60;
