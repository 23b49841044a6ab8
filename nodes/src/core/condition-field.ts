import { ConditionSchema, type Condition } from '@heddle/schemas';
import { Type } from 'typebox';

/** A structured condition as a form field. Browser safe. */
export const conditionField = (title: string) => Type.Unsafe<Condition>({ ...ConditionSchema, title });
