import type { JsonObject, JsonValue } from '@heddle/schemas';
import { createContext, useContext, type ComponentType } from 'react';
import type { FieldGroup } from '../model/available-fields.ts';
import type { WidgetName } from './form-schema.ts';

/** What widgets know besides their own value. */
export interface FormScope {
  /** Unique on the page; begins the ids of inputs. */
  readonly formId: string;
  /** Values that templates of this form may read. */
  readonly fields: readonly FieldGroup[];
  /** What is wrong, by JSON pointer into the form's value. */
  readonly messages: ReadonlyMap<string, string>;
  readonly isReadOnly: boolean;
  /** The component that draws each widget. */
  readonly widgets: Readonly<Record<WidgetName, ComponentType<WidgetProps>>>;
  /** The whole value of the form. */
  readonly root: JsonObject;
  /** Whose config the form edits, for choices that only the plugin knows; absent: nobody's. */
  readonly node?: { readonly flowId: string; readonly type: string } | undefined;
}

/** What every widget gets. */
export interface WidgetProps {
  readonly schema: JsonObject;
  /** JSON pointer into the form's value. */
  readonly pointer: string;
  readonly label: string;
  readonly isRequired: boolean;
  readonly value: JsonValue | undefined;
  onChange(value: JsonValue | undefined): void;
}

/** The form around a widget. */
export const FormContext = createContext<FormScope | null>(null);

/** Reads the form around. */
export function useForm(): FormScope {
  const scope = useContext(FormContext);
  if (scope === null) throw new Error('A widget needs a SchemaForm around it');
  return scope;
}

/** Id of the input at a place of the form, stable for labels and for moving the focus there. */
export function inputId(formId: string, pointer: string): string {
  return `${formId}${pointer.replaceAll('/', '-')}`;
}
