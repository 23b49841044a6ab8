import { describe, expect, it } from 'vitest';
import { MESSAGE_WINDOW_MS, planSend, PRIVATE_REPLY_WINDOW_MS, type SendFacts } from './plan-send.ts';

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
    expect(planSend(facts({ contact, action: { kind: 'commentReply', commentId: 'c', text: 'Hi' } }))).toEqual({
      decision: 'send',
    });
  });
  it('knows no window on other platforms', () => {
    expect(planSend(facts({ platform: 'telegram', contact: { isOptedOut: false, lastInboundAtMs: null } }))).toEqual({
      decision: 'send',
    });
  });
});
