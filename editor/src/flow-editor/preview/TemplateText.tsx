import { Fragment } from 'react';
import { cutTemplate, pathOf } from '../model/template-text.ts';
import { sentenceCase } from '../form/form-schema.ts';

/** A text as it will read, with its fields as chips: `{{ contact.firstName }}` becomes "First name". */
export function TemplateText({ text, nameOf = lastPart }: { readonly text: string; nameOf?(path: string): string }) {
  return (
    <>
      {cutTemplate(text).map((segment, index) => (
        <Fragment key={index}>
          {segment.kind === 'plain' ? (
            segment.text
          ) : segment.kind === 'field' ? (
            <span className="fe-chip">{nameOf(pathOf(segment.expression))}</span>
          ) : null}
        </Fragment>
      ))}
    </>
  );
}

/** `contact.firstName` gives "First name", `nodes.askName.value` "Ask name". */
function lastPart(path: string): string {
  const parts = path.split('.');
  const last = parts.at(-1) ?? path;
  if (parts[0] !== 'nodes' || parts[1] === undefined) return sentenceCase(last);
  return last === 'value' || last === 'text' || parts.length < 3
    ? sentenceCase(parts[1])
    : `${sentenceCase(parts[1])}: ${sentenceCase(last).toLowerCase()}`;
}
