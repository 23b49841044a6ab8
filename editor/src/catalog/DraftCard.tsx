import {
  Alert,
  Badge,
  Button,
  Checkbox,
  Group,
  NumberInput,
  Select,
  Text,
  TextInput,
  Textarea,
  Tooltip,
} from '@mantine/core';
import type { ProductDraft } from '@heddle/schemas/api';
import { decimalsOf, formatMoney } from '@heddle/nodes/definitions';
import { IconCheck, IconEye, IconExternalLink, IconPhoto, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { notifyProblem, notifyUndo } from '../shared/notify.tsx';
import { RelativeTime } from '../shared/RelativeTime.tsx';
import { useCatalogActions, type DraftChange } from './catalog-queries.ts';
import { toAmount, toMinor } from './price-input.ts';
import classes from './Catalog.module.css';

const CURRENCIES = ['KES', 'UGX', 'TZS', 'RWF', 'USD', 'EUR', 'GBP', 'NGN', 'GHS', 'ZAR', 'ETB', 'INR', 'AED'];

/** One draft: picture, fields to correct, how sure it is, and the decision. A field is saved when it is left. */
export function DraftCard({
  draft,
  isEditor,
  isSelected,
  onSelect,
}: {
  draft: ProductDraft;
  isEditor: boolean;
  isSelected: boolean;
  onSelect: (isSelected: boolean) => void;
}) {
  const actions = useCatalogActions();
  const label = draft.name === '' ? 'this draft' : draft.name;
  const save = (body: DraftChange) => actions.change.mutate({ id: draft.id, body }, { onError: notifyProblem });
  // The card is gone by the time that the answer is here: callbacks given to `mutate` would go with it, a promise does not.
  const undo = () => actions.reopen.mutate([draft.id], { onError: notifyProblem });
  return (
    <article
      className={classes['card']}
      data-selected={isSelected || undefined}
      data-testid="draft-card"
      aria-label={label}
    >
      <div className={classes['picture']}>
        <Picture address={draft.pictureUrl} />
        {isEditor && (
          <Checkbox
            className={classes['check']}
            checked={isSelected}
            onChange={(event) => onSelect(event.currentTarget.checked)}
            aria-label={`Select ${label}`}
          />
        )}
      </div>
      <div className={classes['fields']}>
        <Group gap={6} justify="space-between">
          <Confidence draft={draft} />
          <Text size="xs" c="dimmed">
            ends <RelativeTime at={draft.expiresAt} />
          </Text>
        </Group>
        <TextField
          label="Name"
          value={draft.name}
          isReadOnly={!isEditor}
          onSave={(name) => save({ name })}
          maxLength={120}
          placeholder="What is it?"
        />
        <Price draft={draft} isReadOnly={!isEditor} onSave={save} />
        <TextField
          label="Category"
          value={draft.category ?? ''}
          isReadOnly={!isEditor}
          onSave={(category) => save({ category: category === '' ? null : category })}
          maxLength={60}
          placeholder="None"
        />
        {draft.variants.length > 0 && (
          <Group gap={4}>
            {draft.variants.slice(0, 8).map(({ option, value, priceMinor }) => (
              <Badge key={`${option} ${value}`} variant="default" size="sm" fw={500}>
                {value}
                {priceMinor !== null && draft.currency !== null && ` · ${formatMoney(priceMinor, draft.currency)}`}
              </Badge>
            ))}
            {draft.variants.length > 8 && (
              <Text size="xs" c="dimmed">
                and {draft.variants.length - 8} more
              </Text>
            )}
          </Group>
        )}
        {draft.notes.length > 0 && !draft.isEdited && (
          <Alert color="yellow" variant="light" p="xs" radius="md" icon={<IconEye size={16} />}>
            <Text size="xs">{draft.notes.join(' ')}</Text>
          </Alert>
        )}
        <details className={classes['caption']}>
          <summary>Caption and description</summary>
          <p>{draft.caption === '' ? 'The post has no caption.' : draft.caption}</p>
          <DescriptionField
            value={draft.description}
            isReadOnly={!isEditor}
            onSave={(description) => save({ description })}
          />
        </details>
        <Group gap="xs" mt="auto" wrap="nowrap">
          {isEditor && (
            <>
              <Button
                size="xs"
                leftSection={<IconCheck size={16} />}
                loading={actions.approve.isPending}
                onClick={() =>
                  void actions.approve
                    .mutateAsync(draft.id)
                    .then(() => notifyUndo(`“${label}” is a product now.`, undo), notifyProblem)
                }
                data-testid="approve"
              >
                Approve
              </Button>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconX size={16} />}
                loading={actions.reject.isPending}
                onClick={() =>
                  void actions.reject
                    .mutateAsync({ id: draft.id })
                    .then(() => notifyUndo(`“${label}” was set aside.`, undo), notifyProblem)
                }
                data-testid="reject"
              >
                Reject
              </Button>
            </>
          )}
          {draft.permalink !== null && (
            <Button
              component="a"
              href={draft.permalink}
              target="_blank"
              rel="noreferrer"
              size="xs"
              variant="subtle"
              color="gray"
              ml="auto"
              leftSection={<IconExternalLink size={15} />}
            >
              Post
            </Button>
          )}
        </Group>
      </div>
    </article>
  );
}

function Confidence({ draft }: { draft: ProductDraft }) {
  const percent = Math.round(draft.confidence * 100);
  const [color, words] = draft.isEdited
    ? (['weave', 'Checked by you'] as const)
    : draft.needsReview
      ? (['yellow', 'Needs a look'] as const)
      : (['green', 'Sure'] as const);
  return (
    <Tooltip label={draft.extractor === 'model' ? 'Read by AI' : 'Read by rules'}>
      <Badge color={color} variant="light" radius="xl" data-testid="confidence">
        {words}
        {!draft.isEdited && ` · ${percent} %`}
      </Badge>
    </Tooltip>
  );
}

function TextField({
  label,
  value,
  isReadOnly,
  onSave,
  maxLength,
  placeholder,
}: {
  label: string;
  value: string;
  isReadOnly: boolean;
  onSave: (value: string) => void;
  maxLength: number;
  placeholder: string;
}) {
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  if (shown !== value) {
    setShown(value);
    setText(value);
  }
  return (
    <TextInput
      label={label}
      size="xs"
      value={text}
      readOnly={isReadOnly}
      maxLength={maxLength}
      placeholder={placeholder}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => text.trim() !== value && onSave(text.trim())}
    />
  );
}

function DescriptionField({
  value,
  isReadOnly,
  onSave,
}: {
  value: string;
  isReadOnly: boolean;
  onSave: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  return (
    <Textarea
      label="Description"
      size="xs"
      autosize
      minRows={2}
      maxRows={6}
      maxLength={2000}
      value={text}
      readOnly={isReadOnly}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => text.trim() !== value && onSave(text.trim())}
    />
  );
}

function Price({
  draft,
  isReadOnly,
  onSave,
}: {
  draft: ProductDraft;
  isReadOnly: boolean;
  onSave: (change: DraftChange) => void;
}) {
  const currency = draft.currency ?? 'KES';
  const [amount, setAmount] = useState<number | string>(toAmount(draft.priceMinor, draft.currency));
  const saveAmount = () => {
    const priceMinor = toMinor(amount, currency);
    if (priceMinor !== draft.priceMinor) onSave({ priceMinor, ...(draft.currency === null ? { currency } : {}) });
  };
  return (
    <Group gap="xs" wrap="nowrap" align="flex-end">
      <Select
        label="Price"
        aria-label="Currency"
        size="xs"
        w={84}
        data={CURRENCIES.includes(currency) ? CURRENCIES : [currency, ...CURRENCIES]}
        value={currency}
        readOnly={isReadOnly}
        allowDeselect={false}
        searchable
        onChange={(next) => {
          const value = next ?? currency;
          onSave({ currency: value, priceMinor: toMinor(amount, value) });
        }}
      />
      <NumberInput
        aria-label="Price"
        size="xs"
        flex={1}
        min={0}
        hideControls
        thousandSeparator=","
        decimalScale={decimalsOf(currency)}
        placeholder="No price"
        value={amount}
        readOnly={isReadOnly}
        onChange={setAmount}
        onBlur={saveAmount}
        data-testid="price"
      />
      {draft.wasPriceMinor !== null && (
        <Text size="sm" c="dimmed" td="line-through" className="tabular" pb={5}>
          {formatMoney(draft.wasPriceMinor, currency)}
        </Text>
      )}
    </Group>
  );
}

/** A picture of the platform may be gone after some days. */
export function Picture({ address }: { address: string | null }) {
  const [isBroken, setBroken] = useState(false);
  if (address === null || isBroken) {
    return (
      <div className={classes['noPicture']}>
        <IconPhoto size={32} stroke={1.3} aria-label="No picture" />
      </div>
    );
  }
  return <img src={address} alt="" loading="lazy" onError={() => setBroken(true)} />;
}
