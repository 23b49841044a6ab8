import { ActionIcon, CopyButton, Tooltip, UnstyledButton } from '@mantine/core';
import { IconCheck, IconChevronRight, IconCopy } from '@tabler/icons-react';
import { isJsonObject, type JsonValue } from '@heddle/schemas';
import { useState } from 'react';
import classes from './JsonView.module.css';

/** How many entries of a list or object are shown before "show all". */
const FIRST_ENTRIES = 50;

/** A JSON value as a tree that folds, with a button that copies the whole. The first two levels are open. */
export function JsonView({ value, label }: { value: JsonValue; label: string }) {
  return (
    <div className={classes['box']} role="group" aria-label={label}>
      <CopyButton value={JSON.stringify(value, null, 2)} timeout={1500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy as JSON'}>
            <ActionIcon
              className={classes['copy']}
              variant="subtle"
              color={copied ? 'green' : 'gray'}
              size="sm"
              onClick={copy}
              aria-label={`Copy ${label}`}
            >
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
      <Value value={value} depth={0} />
    </div>
  );
}

function Value({ value, depth, name }: { value: JsonValue; depth: number; name?: string }) {
  if (Array.isArray(value))
    return (
      <Branch
        entries={value.map((item, index) => [String(index), item])}
        open="["
        close="]"
        depth={depth}
        name={name}
      />
    );
  if (isJsonObject(value))
    return <Branch entries={Object.entries(value)} open="{" close="}" depth={depth} name={name} />;
  return (
    <div className={classes['line']}>
      <Name name={name} />
      <Scalar value={value} />
    </div>
  );
}

function Branch({
  entries,
  open,
  close,
  depth,
  name,
}: {
  entries: [string, JsonValue][];
  open: string;
  close: string;
  depth: number;
  name: string | undefined;
}) {
  const [isOpen, setIsOpen] = useState(depth < 2);
  const [isAll, setIsAll] = useState(entries.length <= FIRST_ENTRIES);
  if (entries.length === 0) {
    return (
      <div className={classes['line']}>
        <Name name={name} />
        <span className={classes['mark']}>
          {open}
          {close}
        </span>
      </div>
    );
  }
  return (
    <div>
      <UnstyledButton className={classes['toggle']} onClick={() => setIsOpen(!isOpen)} aria-expanded={isOpen}>
        <IconChevronRight size={12} className={classes['chevron']} data-open={isOpen || undefined} aria-hidden />
        <Name name={name} />
        <span className={classes['mark']}>
          {isOpen ? open : `${open} ${entries.length} ${entries.length === 1 ? 'entry' : 'entries'} ${close}`}
        </span>
      </UnstyledButton>
      {isOpen && (
        <>
          <div className={classes['children']}>
            {(isAll ? entries : entries.slice(0, FIRST_ENTRIES)).map(([key, item]) => (
              <Value key={key} value={item} depth={depth + 1} name={key} />
            ))}
            {!isAll && (
              <UnstyledButton className={classes['more']} onClick={() => setIsAll(true)}>
                Show all {entries.length}
              </UnstyledButton>
            )}
          </div>
          <span className={classes['mark']}>{close}</span>
        </>
      )}
    </div>
  );
}

function Name({ name }: { name: string | undefined }) {
  return name === undefined ? null : <span className={classes['name']}>{name}: </span>;
}

function Scalar({ value }: { value: null | boolean | number | string }) {
  if (typeof value === 'string') return <span className={classes['text']}>{`"${value}"`}</span>;
  return <span className={classes['scalar']}>{String(value)}</span>;
}
