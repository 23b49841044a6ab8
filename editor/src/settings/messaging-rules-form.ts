import { DEFAULT_TAKEOVER_MINUTES, type MessagingRules } from '@heddle/schemas';

/** The rules as the form has them: every field there, with what a person would begin with. */
export interface RulesForm {
  readonly isQuiet: boolean;
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly isCapped: boolean;
  /** The field is empty while somebody types. */
  readonly messages: number | '';
  readonly periodHours: number;
  readonly takeoverMinutes: number;
}

/** @param ownZone The zone of the browser, offered to a workspace without quiet hours. */
export function toRulesForm({ quietHours, caps, takeoverMinutes }: MessagingRules, ownZone: string): RulesForm {
  const cap = caps?.[0];
  return {
    isQuiet: quietHours !== undefined,
    from: quietHours?.from ?? '21:00',
    to: quietHours?.to ?? '08:00',
    timeZone: quietHours?.timeZone ?? ownZone,
    isCapped: cap !== undefined,
    messages: cap?.messages ?? 10,
    periodHours: cap?.periodHours ?? 24,
    takeoverMinutes: takeoverMinutes ?? DEFAULT_TAKEOVER_MINUTES,
  };
}

/** @param before What is stored: caps beyond the first, which only the API can set, stay. */
export function toRules(form: RulesForm, before: MessagingRules): MessagingRules {
  const caps = form.isCapped
    ? [{ messages: Number(form.messages), periodHours: form.periodHours }, ...(before.caps ?? []).slice(1)]
    : [];
  return {
    ...(form.isQuiet ? { quietHours: { from: form.from, to: form.to, timeZone: form.timeZone } } : {}),
    ...(caps.length === 0 ? {} : { caps }),
    takeoverMinutes: form.takeoverMinutes,
  };
}

/** What keeps the form from being saved, in words; null when nothing does. */
export function rulesProblem(form: RulesForm): string | null {
  const isTime = (text: string) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
  if (form.isQuiet && (!isTime(form.from) || !isTime(form.to))) return 'Give both times of the quiet hours.';
  if (form.isQuiet && form.from === form.to) return 'The quiet hours begin and end at the same time.';
  if (form.isCapped && (form.messages === '' || form.messages < 1)) return 'Say how many messages one person may get.';
  return null;
}
