import type { NoticeView } from '@heddle/schemas/api';

/** A notice in words, and where it leads. */
export interface NoticeWords {
  readonly title: string;
  /** More about it; empty for nothing. */
  readonly text: string;
  readonly href: string;
}

/** What a notice says, and the page where something can be done about it. */
export function noticeWords(notice: NoticeView): NoticeWords {
  switch (notice.topic) {
    case 'send':
      return {
        title: 'It is not known whether a message arrived',
        text: quoted(notice.summary),
        href: notice.runId === null ? '/activity?state=unknown' : `/runs/${notice.runId}`,
      };
    case 'event':
      return {
        title: 'Something that came in could not be handled',
        text: [quoted(notice.summary), notice.text].filter((part) => part !== '').join(' '),
        href: '/events?state=failed',
      };
    case 'connection':
      return { title: notice.text, text: '', href: '/connections' };
    case 'catalog':
      return { title: notice.text, text: '', href: '/catalog' };
    case 'note':
      return { title: notice.text, text: source(notice), href: hrefOfNote(notice) };
    default:
      return notice.topic satisfies never;
  }
}

function hrefOfNote({ runId, flowId }: NoticeView): string {
  if (runId !== null) return `/runs/${runId}`;
  return flowId === null ? '/flows' : `/flows/${flowId}`;
}

/** Which flow wrote the note. */
function source({ flowName, nodeTitle }: NoticeView): string {
  return [flowName, nodeTitle].filter((part) => part !== null && part !== '').join(' · ');
}

function quoted(text: string): string {
  return text === '' ? '' : `“${text}”`;
}
