import { Text } from '@mantine/core';
import type { FieldChange, FlowDifference } from '@heddle/engine';
import { ChangeTag } from '../canvas/ChangeTag.tsx';
import { TemplateText } from '../preview/TemplateText.tsx';
import type { ChangeMark } from '../store/canvas-state.ts';

/** Texts longer than this are shown one below the other instead of in a sentence. */
const LONG_TEXT = 40;

interface ChangeListProps {
  readonly differences: readonly FlowDifference[];
  readonly selected: FlowDifference | null;
  onPick(difference: FlowDifference): void;
}

/** Every change in sentences. What goes along with a node that came or went is not told again. */
export function ChangeList({ differences, selected, onPick }: ChangeListProps) {
  return (
    <ul className="fe-changes" aria-label="Changes">
      {differences
        .filter((difference) => !('isImplied' in difference && difference.isImplied))
        .map((difference, index) => (
          <li key={index}>
            <button
              type="button"
              className="fe-change"
              data-kind={difference.kind}
              aria-pressed={selected === difference}
              onClick={() => onPick(difference)}
            >
              <ChangeTag change={markOf(difference)} />
              <Text component="span" size="sm" fw={600} className="fe-change-title">
                {headingOf(difference)}
              </Text>
              {'fields' in difference && difference.fields.map((field) => <Field key={field.text} field={field} />)}
            </button>
          </li>
        ))}
    </ul>
  );
}

function Field({ field }: { readonly field: FieldChange }) {
  const { before, after } = field;
  const isLong = typeof before === 'string' && typeof after === 'string' && before.length + after.length > LONG_TEXT;
  if (!isLong) return <span className="fe-change-words">{field.text}</span>;
  return (
    <span className="fe-change-words">
      {field.title}
      <del>
        <span className="fe-change-side">Before</span>
        <TemplateText text={before} />
      </del>
      <ins>
        <span className="fe-change-side">Now</span>
        <TemplateText text={after} />
      </ins>
    </span>
  );
}

/** How a difference is marked on the canvas. */
export function markOf({ kind }: FlowDifference): ChangeMark {
  if (kind.endsWith('Added')) return 'added';
  return kind.endsWith('Removed') ? 'removed' : 'changed';
}

function headingOf(difference: FlowDifference): string {
  if ('title' in difference) return difference.title;
  // The tag says the verb already.
  return difference.text
    .replace(/^(Connected|Disconnected) (.*) to (.*)\.$/su, 'Connection $2 → $3')
    .replace(/^(Added|Removed) the note (.*)\.$/su, 'Note $2');
}
