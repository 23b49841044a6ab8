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

function lastPart(path: string): string {
  return sentenceCase(path.split('.').at(-1) ?? path);
}
