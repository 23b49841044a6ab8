import { NodeResizer } from '@xyflow/react';
import { NOTE_COLORS, type FlowNote } from '@heddle/schemas';
import { useContext, useState } from 'react';
import { useCanvas } from '../store/canvas-state.ts';
import { EditorContext } from '../store/editor-context.ts';

/** A frame around a group of nodes. Its head is what is taken hold of; what lies inside moves with it. */
export function FrameCard({ note, isSelected }: { readonly note: FlowNote; readonly isSelected: boolean }) {
  const isReadOnly = useCanvas((state) => state.isReadOnly);
  const editor = useContext(EditorContext);
  const [isEditing, setEditing] = useState(note.text === '' && isSelected && !isReadOnly);
  const change = (next: FlowNote, label: string) =>
    editor?.getState().change([{ kind: 'setNote', id: note.id, note: next }], { label });
  return (
    <section
      className="fe-frame"
      data-frame-id={note.id}
      data-color={note.color ?? 'grey'}
      data-selected={isSelected}
      aria-label={note.text === '' ? 'Group' : `Group ${note.text}`}
    >
      {!isReadOnly && isSelected && (
        <NodeResizer
          minWidth={200}
          minHeight={120}
          lineClassName="fe-frame-line"
          handleClassName="fe-note-handle"
          onResizeEnd={(_event, { width, height, x, y }) =>
            change(
              { ...note, at: [Math.round(x), Math.round(y)], size: [Math.round(width), Math.round(height)] },
              'Resize the group',
            )
          }
        />
      )}
      <header className="fe-frame-head" onDoubleClick={() => setEditing(!isReadOnly)}>
        {isEditing ? (
          <input
            className="nodrag"
            aria-label="Name of the group"
            autoFocus
            maxLength={200}
            defaultValue={note.text}
            placeholder="Name of the group"
            onBlur={(event) => {
              setEditing(false);
              const text = event.currentTarget.value.trim();
              if (text !== note.text) change({ ...note, text }, 'Name the group');
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
              event.stopPropagation();
            }}
          />
        ) : (
          <span className="fe-frame-title">{note.text === '' ? 'Group' : note.text}</span>
        )}
        {isSelected && !isReadOnly && (
          <span className="fe-frame-colors nodrag" role="group" aria-label="Colour">
            {NOTE_COLORS.map((color) => (
              <button
                key={color}
                type="button"
                data-color={color}
                aria-label={color}
                aria-pressed={(note.color ?? 'grey') === color}
                onClick={() => change({ ...note, color }, 'Colour the group')}
              />
            ))}
          </span>
        )}
      </header>
    </section>
  );
}
