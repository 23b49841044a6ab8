import { IconMinus, IconPencil, IconPlus, type Icon } from '@tabler/icons-react';
import type { ChangeMark } from '../store/canvas-state.ts';

const LOOKS: Readonly<Record<ChangeMark, { readonly label: string; readonly icon: Icon }>> = {
  added: { label: 'Added', icon: IconPlus },
  removed: { label: 'Removed', icon: IconMinus },
  changed: { label: 'Changed', icon: IconPencil },
};

/** Says by word, sign and colour how a part differs from another version. */
export function ChangeTag({ change }: { readonly change: ChangeMark }) {
  const { label, icon: Symbol } = LOOKS[change];
  return (
    <span className="fe-change-tag" data-change={change}>
      <Symbol size={12} stroke={2.8} aria-hidden />
      {label}
    </span>
  );
}
