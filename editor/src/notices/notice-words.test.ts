import type { NoticeView } from '@heddle/schemas/api';
import { describe, expect, it } from 'vitest';
import { noticeWords } from './notice-words.ts';

const notice = (change: Partial<NoticeView>): NoticeView => ({
  id: 'n',
  topic: 'note',
  text: 'Somebody asks for Ada',
  summary: '',
  flowId: 'f',
  flowName: 'Answers',
  runId: 'r',
  nodeTitle: 'Tell the team',
  connectionId: null,
  contact: null,
  at: '2026-03-12T12:00:00.000Z',
  isRead: false,
  ...change,
});

describe('noticeWords', () => {
  it('leads a note to its run, else to its flow', () => {
    expect(noticeWords(notice({}))).toEqual({
      title: 'Somebody asks for Ada',
      text: 'Answers · Tell the team',
      href: '/runs/r',
    });
    expect(noticeWords(notice({ runId: null, nodeTitle: null }))).toMatchObject({ text: 'Answers', href: '/flows/f' });
  });

  it('leads a message of unknown outcome to where it can be settled', () => {
    expect(noticeWords(notice({ topic: 'send', summary: 'It costs 10', text: 'No answer.' }))).toMatchObject({
      text: '“It costs 10”',
      href: '/runs/r',
    });
    expect(noticeWords(notice({ topic: 'send', runId: null })).href).toBe('/activity?state=unknown');
  });

  it('says what could not be handled and why', () => {
    expect(noticeWords(notice({ topic: 'event', summary: 'price?', text: 'It broke three workers.' }))).toMatchObject({
      text: '“price?” It broke three workers.',
      href: '/events?state=failed',
    });
  });

  it('leads accounts and drafts to their pages', () => {
    expect(noticeWords(notice({ topic: 'connection' })).href).toBe('/connections');
    expect(noticeWords(notice({ topic: 'catalog' })).href).toBe('/catalog');
  });
});
