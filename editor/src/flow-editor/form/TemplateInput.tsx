import { useRef } from 'react';
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconBraces } from '@tabler/icons-react';
import { markOfField } from '../model/field-text.ts';
import { cutTemplate, insertAt } from '../model/template-text.ts';
import { FieldPicker } from './FieldPicker.tsx';
import { useForm } from './form-context.ts';

interface TemplateInputProps {
  readonly id: string;
  readonly value: string;
  onChange(value: string): void;
  readonly isMultiline: boolean;
  readonly placeholder?: string | undefined;
  readonly label?: string;
  readonly disabled?: boolean;
  readonly 'aria-invalid'?: boolean;
  readonly 'aria-describedby'?: string;
  readonly isCode?: boolean;
}

/**
 * A text with fields in it. Fields stand out as chips behind the letters; the input itself is a plain text area, so that caret, selection,
 * undo of the browser and assistive technology work as everywhere.
 */
export function TemplateInput({ value, onChange, isMultiline, label, isCode = false, ...input }: TemplateInputProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const { fields } = useForm();
  const insert = (text: string) => {
    const element = area.current;
    const start = element?.selectionStart ?? value.length;
    const end = element?.selectionEnd ?? value.length;
    const made = insertAt(value, start, end, text);
    onChange(made.text);
    // After React has written the new text, the caret goes behind what was put in.
    requestAnimationFrame(() => {
      element?.focus();
      element?.setSelectionRange(made.caret, made.caret);
    });
  };
  return (
    <div
      className="fe-template"
      data-multiline={isMultiline}
      data-code={isCode}
      data-invalid={input['aria-invalid'] === true}
      data-disabled={input.disabled === true}
    >
      <div className="fe-template-text">
        <div className="fe-template-marks" aria-hidden>
          {cutTemplate(value).map((segment, index) =>
            segment.kind === 'plain' ? (
              <span key={index}>{segment.text}</span>
            ) : (
              <mark key={index} data-kind={segment.kind}>
                {segment.text}
              </mark>
            ),
          )}
          {/* Keeps the height of a line that is still empty. */}
          {'\u200b'}
        </div>
        <textarea
          ref={area}
          rows={1}
          spellCheck={!isCode}
          value={value}
          onChange={(event) =>
            onChange(isMultiline ? event.currentTarget.value : event.currentTarget.value.replaceAll(/\r?\n/gu, ' '))
          }
          onKeyDown={(event) => {
            if (!isMultiline && event.key === 'Enter') event.preventDefault();
          }}
          {...(label === undefined ? {} : { 'aria-label': label })}
          {...input}
        />
      </div>
      {input.disabled !== true && (
        <FieldPicker
          groups={fields}
          onPick={(field) => insert(markOfField(field))}
          target={(open) => (
            <Tooltip label="Insert a field">
              <ActionIcon
                className="fe-template-pick"
                variant="subtle"
                color="gray"
                size="sm"
                aria-label="Insert a field"
                onClick={open}
              >
                <IconBraces size={15} />
              </ActionIcon>
            </Tooltip>
          )}
        />
      )}
    </div>
  );
}
