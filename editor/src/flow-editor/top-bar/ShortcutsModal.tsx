import { Modal, SimpleGrid, Text } from '@mantine/core';

const IS_APPLE = /Mac|iPhone|iPad/u.test(navigator.userAgent);
const MOD = IS_APPLE ? '⌘' : 'Ctrl';

const SHORTCUTS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['/'], 'Search the palette'],
  [['?'], 'Show this list'],
  [['←', '→', '↑', '↓'], 'Go to the next node'],
  [['Alt', '← → ↑ ↓'], 'Move what is selected'],
  [['G'], 'Group what is selected'],
  [['Enter'], 'Edit the selected node'],
  [['Esc'], 'Select nothing'],
  [[MOD, 'Z'], 'Undo'],
  [[MOD, IS_APPLE ? '⇧ Z' : 'Y'], 'Do again'],
  [[MOD, 'C'], 'Copy'],
  [[MOD, 'X'], 'Cut'],
  [[MOD, 'V'], 'Paste, also from another flow'],
  [[MOD, 'D'], 'Duplicate'],
  [[MOD, 'A'], 'Select everything'],
  [['Delete'], 'Remove what is selected'],
  [['F'], 'Show everything'],
  [['A'], 'Add a node after the selected one'],
  [['Shift', 'drag'], 'Select with a frame'],
];

/** What the keyboard can do. */
export function ShortcutsModal({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} size="lg" title={<Text fw={650}>Keyboard shortcuts</Text>}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl" verticalSpacing={10}>
        {SHORTCUTS.map(([keys, what]) => (
          <div key={what} className="fe-shortcut">
            <Text size="sm">{what}</Text>
            <span>
              {keys.map((key) => (
                <kbd key={key} className="fe-kbd">
                  {key}
                </kbd>
              ))}
            </span>
          </div>
        ))}
      </SimpleGrid>
    </Modal>
  );
}
