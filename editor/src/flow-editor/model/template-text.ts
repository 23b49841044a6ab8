/** A text with marks, cut into what is written and what is filled in. */
export type TextSegment =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'field'; readonly text: string; readonly expression: string }
  | { readonly kind: 'tag'; readonly text: string };

/** Cuts a Liquid text for drawing. Never fails: an unfinished mark is plain text. The texts of all segments together are the input. */
export function cutTemplate(text: string): TextSegment[] {
  const segments: TextSegment[] = [];
  let at = 0;
  for (const match of text.matchAll(/\{\{-?([\s\S]*?)-?\}\}|\{%[\s\S]*?%\}/gu)) {
    if (match.index > at) segments.push({ kind: 'plain', text: text.slice(at, match.index) });
    const expression = match[1];
    segments.push(
      expression === undefined
        ? { kind: 'tag', text: match[0] }
        : { kind: 'field', text: match[0], expression: expression.trim() },
    );
    at = match.index + match[0].length;
  }
  if (at < text.length) segments.push({ kind: 'plain', text: text.slice(at) });
  return segments;
}

/** The path that an expression begins with: `contact.firstName | default: "x"` gives `contact.firstName`. */
export function pathOf(expression: string): string {
  return /^[\w$.[\]-]+/u.exec(expression)?.[0] ?? expression;
}

/** Puts `insert` in place of the selection; gives the text and where the caret stands afterwards. */
export function insertAt(text: string, start: number, end: number, insert: string): { text: string; caret: number } {
  return { text: text.slice(0, start) + insert + text.slice(end), caret: start + insert.length };
}

/** Length in UTF-8, which is how the platforms count. */
export function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
