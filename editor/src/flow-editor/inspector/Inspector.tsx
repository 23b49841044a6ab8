import { ScrollArea } from '@mantine/core';
import { useEditor } from '../store/editor-context.ts';
import { FlowSettings } from './FlowSettings.tsx';
import { ManySelected } from './ManySelected.tsx';
import { NodeInspector } from './NodeInspector.tsx';

/** What is selected, as a form: one node, several things, or the flow itself. */
export function Inspector() {
  const selection = useEditor((state) => state.selection);
  const [only] = selection.nodes;
  const count = selection.nodes.length + selection.notes.length;
  return (
    <aside className="fe-inspector" aria-label="Settings">
      <ScrollArea h="100%" type="hover" scrollbarSize={8} classNames={{ content: 'fe-scroll-content' }}>
        {only !== undefined && count === 1 ? (
          <NodeInspector key={only} id={only} />
        ) : count > 1 ? (
          <ManySelected count={count} />
        ) : (
          <FlowSettings />
        )}
      </ScrollArea>
    </aside>
  );
}
