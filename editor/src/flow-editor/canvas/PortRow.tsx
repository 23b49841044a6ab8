import { Handle, Position } from '@xyflow/react';
import { IconPlus } from '@tabler/icons-react';
import { useContext } from 'react';
import type { PortView } from '../model/graph.ts';
import { CanvasActionsContext } from './canvas-actions.ts';

interface PortRowProps {
  readonly nodeId: string;
  readonly nodeTitle: string;
  readonly port: PortView;
  readonly isUsed: boolean;
  /** How often runs left by it. */
  readonly count: number | undefined;
  readonly isReadOnly: boolean;
}

/** An exit: its name, where an edge begins, and a "+" that adds the next node. */
export function PortRow({ nodeId, nodeTitle, port, isUsed, count, isReadOnly }: PortRowProps) {
  const actions = useContext(CanvasActionsContext);
  const Row = port.isQuiet ? 'div' : 'li';
  return (
    <Row className="fe-port" data-tone={port.tone} data-quiet={port.isQuiet} data-used={isUsed}>
      {count !== undefined && count > 0 && <span className="fe-port-count tabular">{count.toLocaleString('en')}</span>}
      <span className="fe-port-title">{port.title}</span>
      <Handle
        type="source"
        id={port.name}
        position={Position.Right}
        data-port={port.name}
        isConnectable={!isReadOnly}
        className="fe-handle"
        title={isReadOnly ? port.title : `${port.title}: drag to connect`}
      />
      {!isReadOnly && (!isUsed || port.isQuiet) && (
        <button
          type="button"
          className="fe-port-add nodrag nopan"
          aria-label={`Add what follows "${port.title}" of ${nodeTitle}`}
          data-add-after={`${nodeId}.${port.name}`}
          onClick={(event) => {
            event.stopPropagation();
            actions?.addAfter(nodeId, port.name, event.currentTarget.getBoundingClientRect());
          }}
        >
          <IconPlus size={13} stroke={2.4} />
        </button>
      )}
    </Row>
  );
}

/** Where edges end. */
export function InHandle({ title }: { readonly title: string }) {
  return (
    <Handle
      type="target"
      id="in"
      position={Position.Left}
      className="fe-handle fe-handle-in"
      data-port="in"
      aria-label={`Entry of ${title}`}
    />
  );
}
