import { ERRORS, type ErrorSpec, type RetryRule } from './errors.ts';

const RETRY_WORDS: Readonly<Record<RetryRule, string>> = { never: 'no', backoff: 'yes', after: 'at the time named' };

const HEAD = `# Errors

Made from \`schemas/src/errors.ts\` by \`npm run generate\`; change it there.

Every answer that is no success is \`application/problem+json\` with one of these codes in \`code\`; failed runs and nodes carry the same
codes. A code keeps its meaning for good. The message beside it names the thing, the value and the limit, and may change. "Status" is
that of the HTTP answer. "Again by itself" tells what Heddle does about an error of a node: \`yes\` tries again by the retry setting of the
node, \`at the time named\` not before the moment that the error gives, \`no\` leaves it to the \`error\` port, or fails the run.

| Code | Status | Again by itself | What happened | What to do |
| --- | --- | --- | --- | --- |
`;

/** The error reference as Markdown: one row per code, in the order of the table. */
export function toErrorReference(errors: Readonly<Record<string, ErrorSpec>> = ERRORS): string {
  const rows = Object.entries(errors).map(
    ([code, { status, retry, summary, remedy }]) =>
      `| <a id="${code}"></a>\`${code}\` | ${status} | ${RETRY_WORDS[retry]} | ${toCell(summary)} | ${toCell(remedy)} |\n`,
  );
  return HEAD + rows.join('');
}

/** Text as the cell of a table: a bar would end the cell, an angle bracket would be taken for a tag. */
function toCell(text: string): string {
  return text
    .replaceAll('|', String.raw`\|`)
    .replaceAll('<', '&lt;')
    .replaceAll('\n', ' ');
}
