import { Input } from '@mantine/core';
import type { ReactNode } from 'react';
import { inputId, useForm, type WidgetProps } from './form-context.ts';
import { textHint } from './form-schema.ts';

interface FieldFrameProps extends Pick<WidgetProps, 'schema' | 'pointer' | 'label' | 'isRequired'> {
  /** Shown at the end of the label's line. */
  readonly aside?: ReactNode;
  /** `group` when the content has several inputs of its own. */
  readonly as?: 'label' | 'group';
  readonly children: ReactNode;
}

/** Label, help, error and content of a field, put together for the eye and for screen readers. */
export function FieldFrame({ schema, pointer, label, isRequired, aside, as = 'label', children }: FieldFrameProps) {
  const { formId, messages } = useForm();
  const id = inputId(formId, pointer);
  const error = messages.get(pointer);
  const description = textHint(schema, 'description');
  return (
    <div className="fe-field" {...(as === 'group' ? { role: 'group', 'aria-labelledby': `${id}-label` } : {})}>
      <div className="fe-field-head">
        <Input.Label
          id={`${id}-label`}
          {...(as === 'label' ? { htmlFor: id } : { labelElement: 'div' as const })}
          required={isRequired}
          size="sm"
        >
          {label}
        </Input.Label>
        {aside}
      </div>
      {children}
      {error !== undefined && (
        <Input.Error id={`${id}-error`} mt={4}>
          {error}
        </Input.Error>
      )}
      {description !== undefined && (
        <Input.Description id={`${id}-description`} mt={4}>
          {description}
        </Input.Description>
      )}
    </div>
  );
}

/** Attributes that join an input to the frame around it. */
export function useFieldInput(pointer: string, schema: WidgetProps['schema']) {
  const { formId, messages, isReadOnly } = useForm();
  const id = inputId(formId, pointer);
  const error = messages.has(pointer);
  const described = [
    error ? `${id}-error` : '',
    textHint(schema, 'description') === undefined ? '' : `${id}-description`,
  ]
    .filter(Boolean)
    .join(' ');
  return {
    id,
    disabled: isReadOnly,
    'aria-invalid': error,
    ...(described === '' ? {} : { 'aria-describedby': described }),
  };
}
