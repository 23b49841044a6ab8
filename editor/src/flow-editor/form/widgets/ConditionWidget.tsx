import { ActionIcon, Button, Group, Input, SegmentedControl, Select, Stack, TextInput, Tooltip } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { CONDITION_OPERATORS, isJsonObject, type JsonObject, type JsonValue } from '@heddle/schemas';
import { FieldFrame } from '../FieldFrame.tsx';
import { inputId, useForm, type WidgetProps } from '../form-context.ts';
import { NO_VALUE_OPERATORS, OPERATOR_TITLES, parseConditionValue, writeConditionValue } from '../condition-words.ts';
import { FieldPathInput } from './FieldWidget.tsx';

const EMPTY_RULE: JsonObject = { field: '', operator: 'equals', value: '' };

/** Rules that are read as sentences, in groups of "all" or "any". Groups stand in groups one level deep. */
export function ConditionWidget({ value, onChange, ...field }: WidgetProps) {
  const condition = isJsonObject(value) ? value : { match: 'all', rules: [EMPTY_RULE] };
  return (
    <FieldFrame {...field} as="group">
      <RuleGroup group={condition} pointer={field.pointer} onChange={onChange} isNested={false} />
    </FieldFrame>
  );
}

interface RuleGroupProps {
  readonly group: JsonObject;
  readonly pointer: string;
  onChange(group: JsonObject): void;
  readonly isNested: boolean;
}

function RuleGroup({ group, pointer, onChange, isNested }: RuleGroupProps) {
  const { isReadOnly } = useForm();
  const rules = Array.isArray(group['rules']) ? group['rules'].filter(isJsonObject) : [];
  const set = (next: JsonObject[]) => onChange({ match: 'all', ...group, rules: next });
  const replace = (index: number, rule: JsonObject) => set(rules.map((entry, at) => (at === index ? rule : entry)));
  return (
    <Stack gap="xs" className={isNested ? 'fe-rules fe-rules-nested' : 'fe-rules'}>
      {rules.length > 1 && (
        <SegmentedControl
          size="xs"
          disabled={isReadOnly}
          aria-label="Passes when"
          data={[
            { value: 'all', label: 'All must be true' },
            { value: 'any', label: 'One is enough' },
          ]}
          value={group['match'] === 'any' ? 'any' : 'all'}
          onChange={(match) => onChange({ ...group, match })}
        />
      )}
      {rules.map((rule, index) =>
        Array.isArray(rule['rules']) ? (
          <div key={index} className="fe-rule-row">
            <RuleGroup
              group={rule}
              pointer={`${pointer}/rules/${index}`}
              onChange={(next) => replace(index, next)}
              isNested
            />
            <RemoveRule
              isDisabled={isReadOnly || rules.length === 1}
              onClick={() => set(rules.filter((_rule, at) => at !== index))}
              label="Remove the group"
            />
          </div>
        ) : (
          <RuleRow
            key={index}
            rule={rule}
            pointer={`${pointer}/rules/${index}`}
            onChange={(next) => replace(index, next)}
            onRemove={rules.length === 1 ? undefined : () => set(rules.filter((_rule, at) => at !== index))}
          />
        ),
      )}
      {!isReadOnly && (
        <Group gap={6}>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={13} />}
            onClick={() => set([...rules, EMPTY_RULE])}
          >
            Rule
          </Button>
          {!isNested && (
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<IconPlus size={13} />}
              onClick={() => set([...rules, { match: 'any', rules: [EMPTY_RULE] }])}
            >
              Group
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}

interface RuleRowProps {
  readonly rule: JsonObject;
  readonly pointer: string;
  onChange(rule: JsonObject): void;
  onRemove: (() => void) | undefined;
}

function RuleRow({ rule, pointer, onChange, onRemove }: RuleRowProps) {
  const { formId, messages, isReadOnly } = useForm();
  const operator = typeof rule['operator'] === 'string' ? rule['operator'] : 'equals';
  const found = ['', '/field', '/operator', '/value']
    .map((part) => messages.get(pointer + part))
    .find((message) => message !== undefined);
  const error = found !== undefined && (rule['field'] ?? '') === '' ? 'Choose the field to look at.' : found;
  const id = inputId(formId, pointer);
  return (
    <div className="fe-rule-row">
      <div className="fe-rule">
        <FieldPathInput
          id={`${id}-field`}
          label="Field"
          disabled={isReadOnly}
          value={typeof rule['field'] === 'string' ? rule['field'] : ''}
          onChange={(path) => onChange({ ...rule, field: path })}
          aria-invalid={messages.has(`${pointer}/field`)}
        />
        <Group gap={6} wrap="nowrap" grow>
          <Select
            id={`${id}-operator`}
            aria-label="Comparison"
            disabled={isReadOnly}
            data={CONDITION_OPERATORS.map((name) => ({ value: name, label: OPERATOR_TITLES[name] }))}
            value={operator}
            allowDeselect={false}
            onChange={(next) => onChange(withOperator(rule, next ?? operator))}
            comboboxProps={{ width: 200, position: 'bottom-start' }}
          />
          {!NO_VALUE_OPERATORS.has(operator) && (
            <ValueInput
              id={`${id}-value`}
              operator={operator}
              value={rule['value']}
              isDisabled={isReadOnly}
              onChange={(next) => onChange({ ...rule, value: next })}
            />
          )}
        </Group>
        {error !== undefined && <Input.Error>{error}</Input.Error>}
      </div>
      <RemoveRule
        isDisabled={isReadOnly || onRemove === undefined}
        onClick={() => onRemove?.()}
        label="Remove the rule"
      />
    </div>
  );
}

function ValueInput({
  id,
  operator,
  value,
  isDisabled,
  onChange,
}: {
  readonly id: string;
  readonly operator: string;
  readonly value: JsonValue | undefined;
  readonly isDisabled: boolean;
  onChange(value: JsonValue): void;
}) {
  return (
    <TextInput
      id={id}
      aria-label="Value"
      disabled={isDisabled}
      placeholder={operator === 'oneOf' ? 'one, two, three' : 'Value'}
      value={writeConditionValue(value)}
      onChange={(event) => onChange(parseConditionValue(event.currentTarget.value, operator))}
    />
  );
}

function withOperator(rule: JsonObject, operator: string): JsonObject {
  const { value, ...rest } = rule;
  if (NO_VALUE_OPERATORS.has(operator)) return { ...rest, operator };
  return { ...rest, operator, value: parseConditionValue(writeConditionValue(value), operator) };
}

function RemoveRule({
  isDisabled,
  onClick,
  label,
}: {
  readonly isDisabled: boolean;
  onClick(): void;
  readonly label: string;
}) {
  return (
    <Tooltip label={label} disabled={isDisabled}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        mt={5}
        aria-label={label}
        disabled={isDisabled}
        onClick={onClick}
      >
        <IconTrash size={14} />
      </ActionIcon>
    </Tooltip>
  );
}
