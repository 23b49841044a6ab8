import { useHotkeys } from '@mantine/hooks';

/** j and k move (the arrows scroll the page), a approves, r rejects, x selects. Not while somebody writes, nor with a modifier key. */
export function useApprovalKeys({
  isOn,
  onMove,
  onDecide,
  onSelect,
}: {
  isOn: boolean;
  onMove: (step: 1 | -1) => void;
  onDecide: (decision: 'approved' | 'rejected') => void;
  onSelect: () => void;
}): void {
  useHotkeys(
    isOn
      ? [
          ['j', () => onMove(1)],
          ['k', () => onMove(-1)],
          ['a', () => onDecide('approved')],
          ['r', () => onDecide('rejected')],
          ['x', onSelect],
        ]
      : [],
  );
}
