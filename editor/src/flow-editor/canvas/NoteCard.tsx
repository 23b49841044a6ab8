import { NodeResizer, type NodeProps } from '@xyflow/react';
import { memo, useContext, useState } from 'react';
import { useCanvas } from '../store/canvas-state.ts';
import { EditorContext } from '../store/editor-context.ts';
import type { CanvasNode } from './canvas-nodes.ts';
import { ChangeTag } from './ChangeTag.tsx';
import { FrameCard } from './FrameCard.tsx';

/** A sticky note. Typing begins with a double click or Enter. */
export const NoteCard = memo(function NoteCard({ id, selected }: NodeProps<CanvasNode>) {
  const noteId = id.slice('note:'.length);
  const note = useCanvas((state) => state.document.notes?.find((entry) => entry.id === noteId));
  const isReadOnly = useCanvas((state) => state.isReadOnly);
  const change = useCanvas((state) => state.overlay?.changes?.notes[noteId]);
  const editor = useContext(EditorContext);
  const [isEditing, setEditing] = useState(note?.text === '' && !isReadOnly);
  if (note === undefined) return null;
  if (note.isFrame === true) return <FrameCard note={note} isSelected={selected} />;
  const save = (text: string) => {
    setEditing(false);
    if (text !== note.text)
      editor?.getState().change([{ kind: 'setNote', id: noteId, note: { ...note, text } }], { label: 'Edit the note' });
  };
  return (
    <div
      className="fe-note"
      data-note-id={noteId}
      data-selected={selected}
      data-change={change}
      onDoubleClick={() => setEditing(!isReadOnly)}
    >
      {change !== undefined && <ChangeTag change={change} />}
      {!isReadOnly && selected && (
        <NodeResizer
          minWidth={140}
          minHeight={64}
          lineClassName="fe-note-line"
          handleClassName="fe-note-handle"
          onResizeEnd={(_event, { width, height, x, y }) =>
            editor?.getState().change(
              [
                {
                  kind: 'setNote',
                  id: noteId,
                  note: {
                    ...note,
                    at: [Math.round(x), Math.round(y)],
                    size: [Math.round(width), Math.round(height)],
                  },
                },
              ],
              { label: 'Resize the note' },
            )
          }
        />
      )}
      {isEditing ? (
        <textarea
          className="nodrag nowheel"
          aria-label="Note"
          autoFocus
          maxLength={2000}
          defaultValue={note.text}
          placeholder="Write a note…"
          onBlur={(event) => save(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.blur();
            event.stopPropagation();
          }}
        />
      ) : (
        <p>{note.text === '' ? 'Double-click to write' : note.text}</p>
      )}
    </div>
  );
});
