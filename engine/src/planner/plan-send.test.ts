import { describe, expect, it } from 'vitest';
import { MESSAGE_WINDOW_MS, planSend, PRIVATE_REPLY_WINDOW_MS, type SendFacts } from './plan-send.ts';
import { ANSWER_GRACE_MS, quietUntilMs } from './quiet-hours.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 21, 12);
const text = { kind: 'text', text: 'Hi' } as const;
const facts = (change: Partial<SendFacts>): SendFacts => ({
  platform: 'instagram',
  action: { kind: 'message', to: '1', message: text },
  nowMs: NOW,
  contact: { isOptedOut: false, lastInboundAtMs: NOW - 1 },
  commentAtMs: NOW - 1,
  isCommentAnsweredPrivately: false,
  ...change,
});
const publicReply = { kind: 'commentReply', commentId: 'c', text: 'Hi' } as const;
const privateReply = { kind: 'privateReply', commentId: 'c', message: text } as const;

describe('planSend', () => {
  it('sends a message until 24 hours after the person wrote, and not a millisecond longer', () => {
    const at = (lastInboundAtMs: number | null) => planSend(facts({ contact: { isOptedOut: false, lastInboundAtMs } }));
    expect(at(NOW - MESSAGE_WINDOW_MS + 1).decision).toBe('send');
    expect(at(NOW - MESSAGE_WINDOW_MS)).toMatchObject({ decision: 'refuse', code: 'SEND_WINDOW_CLOSED' });
    expect(at(null)).toMatchObject({ decision: 'refuse', code: 'SEND_WINDOW_CLOSED' });
  });
  it('allows one private reply per comment, for 7 days, also to people who never wrote', () => {
    const contact = { isOptedOut: false, lastInboundAtMs: null };
    expect(planSend(facts({ action: privateReply, contact }))).toEqual({ decision: 'send' });
    expect(planSend(facts({ action: privateReply, isCommentAnsweredPrivately: true }))).toMatchObject({
      code: 'SEND_REFUSED',
    });
    expect(planSend(facts({ action: privateReply, commentAtMs: NOW - PRIVATE_REPLY_WINDOW_MS }))).toMatchObject({
      code: 'SEND_WINDOW_CLOSED',
    });
  });
  it('sends nothing personal to somebody who opted out', () => {
    const contact = { isOptedOut: true, lastInboundAtMs: NOW };
    expect(planSend(facts({ contact }))).toMatchObject({ code: 'SEND_REFUSED' });
    expect(planSend(facts({ contact, action: privateReply }))).toMatchObject({ code: 'SEND_REFUSED' });
    expect(planSend(facts({ contact, action: publicReply }))).toEqual({
      decision: 'send',
    });
  });
  it('stays out of a conversation that a person of the team has taken over', () => {
    const taken = { isOptedOut: false, lastInboundAtMs: NOW, takenOverUntilMs: NOW + 1 };
    expect(planSend(facts({ contact: taken }))).toMatchObject({ decision: 'refuse', code: 'SEND_REFUSED' });
    expect(planSend(facts({ contact: taken, action: privateReply }))).toMatchObject({ decision: 'refuse' });
    expect(planSend(facts({ contact: { ...taken, takenOverUntilMs: NOW } }))).toEqual({ decision: 'send' });
    expect(planSend(facts({ contact: taken, action: publicReply }))).toEqual({ decision: 'send' });
  });
  it('knows no window on other platforms', () => {
    expect(planSend(facts({ platform: 'telegram', contact: { isOptedOut: false, lastInboundAtMs: null } }))).toEqual({
      decision: 'send',
    });
  });
});

describe('caps', () => {
  const rules = { caps: [{ messages: 2, periodHours: 24 }] };
  const withSent = (...agoMs: number[]) => planSend(facts({ rules, sentAtMs: agoMs.map((ago) => NOW - ago) }));

  it('refuses one message more than the workspace allows in the period, and says so', () => {
    expect(withSent(1).decision).toBe('send');
    expect(withSent(1, 2)).toMatchObject({ code: 'SEND_REFUSED', reason: expect.stringContaining('2 messages') });
  });
  it('forgets what was sent before the period', () => {
    expect(withSent(1, DAY_MS - 1).decision).toBe('refuse');
    expect(withSent(1, DAY_MS).decision).toBe('send');
  });
  it('counts neither public replies nor typing signs', () => {
    const sentAtMs = [NOW, NOW];
    expect(planSend(facts({ rules, sentAtMs, action: publicReply })).decision).toBe('send');
    expect(planSend(facts({ rules, sentAtMs, action: { kind: 'typing', to: '1' } })).decision).toBe('send');
  });
});

describe('quiet hours', () => {
  const rules = { quietHours: { from: '21:00', to: '08:00', timeZone: 'Africa/Nairobi' } };
  /** 23:00 in Nairobi. */
  const night = Date.UTC(2026, 10, 21, 20);
  const at = (nowMs: number, change: Partial<SendFacts> = {}) =>
    planSend(
      facts({
        rules,
        nowMs,
        commentAtMs: null,
        contact: { isOptedOut: false, lastInboundAtMs: nowMs - 3_600_000 },
        ...change,
      }),
    );

  it('put a message off until they end', () => {
    expect(at(night)).toMatchObject({ decision: 'later', code: 'SEND_POSTPONED', atMs: Date.UTC(2026, 10, 22, 5) });
    expect(at(Date.UTC(2026, 10, 22, 5))).toEqual({ decision: 'send' });
    expect(at(Date.UTC(2026, 10, 21, 17, 59))).toEqual({ decision: 'send' });
  });
  it('go by the own time zone of the person where it is known', () => {
    const contact = { isOptedOut: false, lastInboundAtMs: night - 3_600_000, timeZone: 'America/New_York' };
    expect(at(night, { contact })).toEqual({ decision: 'send' });
    expect(at(night, { contact: { ...contact, timeZone: 'Mars/Olympus' } }).decision).toBe('later');
  });
  it('let answers through to what the person just did', () => {
    expect(at(night, { contact: { isOptedOut: false, lastInboundAtMs: night - ANSWER_GRACE_MS } })).toEqual({
      decision: 'send',
    });
    expect(at(night, { action: privateReply, commentAtMs: night - ANSWER_GRACE_MS })).toEqual({ decision: 'send' });
    expect(at(night, { action: privateReply, commentAtMs: night - ANSWER_GRACE_MS - 1 - 3_600_000 }).decision).toBe(
      'later',
    );
  });
  it('refuse what would be too late when they end', () => {
    const contact = { isOptedOut: false, lastInboundAtMs: night - 20 * 3_600_000 };
    expect(at(night, { contact })).toMatchObject({ decision: 'refuse', code: 'SEND_WINDOW_CLOSED' });
  });
  it('hold nothing that is public', () => {
    expect(at(night, { action: publicReply })).toEqual({ decision: 'send' });
  });
  it('end at the right moment on the night when clocks change', () => {
    const berlin = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' };
    // Clocks go back at 03:00 on 2026-10-25: the night is an hour longer.
    expect(quietUntilMs(berlin, undefined, Date.UTC(2026, 9, 24, 20))).toBe(Date.UTC(2026, 9, 25, 6));
    expect(quietUntilMs({ ...berlin, from: '07:00' }, undefined, Date.UTC(2026, 9, 24, 20))).toBeNull();
  });
});
