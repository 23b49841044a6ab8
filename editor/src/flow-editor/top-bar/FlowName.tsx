import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useEditor, useEditorStore } from '../store/editor-context.ts';

/** The name, changed in place. An empty name is not taken. */
export function FlowName() {
  const store = useEditorStore();
  const name = useEditor((state) => state.document.name);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? name;
  const save = () => {
    setDraft(null);
    const next = text.trim();
    if (next !== '' && next !== name)
      store.getState().change([{ kind: 'setName', name: next }], { label: 'Rename the flow' });
  };
  return (
    <TextInput
      variant="unstyled"
      classNames={{ root: 'fe-name', input: 'fe-name-input' }}
      aria-label="Name of the flow"
      data-testid="flow-name"
      maxLength={120}
      disabled={isReadOnly}
      style={{ '--fe-name-length': Math.max(8, text.length + 1) }}
      value={text}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') setDraft(null);
      }}
    />
  );
}
