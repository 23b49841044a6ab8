import { useUpdateNodeInternals, type NodeProps } from '@xyflow/react';
import { IconPinned } from '@tabler/icons-react';
import { memo, useEffect, useMemo, useRef, type CSSProperties } from 'react';
import { renderCardText } from '@heddle/engine';
import { NodeIcon } from '../../shared/NodeIcon.tsx';
import { CATEGORY_COLORS, type NodeCategory } from '../../theme.ts';
import { indexEdges } from '../model/edge-index.ts';
import { portsOfNode, titleOfNode, type PortView } from '../model/graph.ts';
import { useCanvas } from '../store/canvas-state.ts';
import { CardBadge } from './CardBadge.tsx';
import { ChangeTag } from './ChangeTag.tsx';
import { CardCounters, CardStatus } from './CardStatus.tsx';
import type { CanvasNode } from './canvas-nodes.ts';
import { InHandle, PortRow } from './PortRow.tsx';
import { CardPreview } from '../preview/CardPreview.tsx';
import { TemplateText } from '../preview/TemplateText.tsx';

/** The custom properties that colour a card, a palette entry or an icon tile by category. */
export function categoryStyle(category: NodeCategory | undefined): CSSProperties {
  const { color, soft, softDark } = CATEGORY_COLORS[category ?? 'connect'];
  // Custom properties are not in the type of CSSProperties.
  return { '--fe-cat': color, '--fe-cat-soft-light': soft, '--fe-cat-soft-dark': softDark } as CSSProperties;
}

/** A node as a card: what it is, what it says, and its exits. */
export const NodeCard = memo(function NodeCard({ id, selected }: NodeProps<CanvasNode>) {
  const node = useCanvas((state) => state.document.nodes[id]);
  const definition = useCanvas((state) => (node === undefined ? undefined : state.catalog.find(node.type)));
  const title = useCanvas((state) => (node === undefined ? id : titleOfNode(node, state.catalog)));
  const overlay = useCanvas((state) => state.overlay?.nodes[id]);
  const isFaint = useCanvas((state) => state.overlay?.isExclusive === true && state.overlay.nodes[id] === undefined);
  const isReadOnly = useCanvas((state) => state.isReadOnly);
  const change = useCanvas((state) => state.overlay?.changes?.nodes[id]);
  const used = useUsedPorts(id);
  const ports = useMemo(
    () => (node === undefined ? [] : rowsOf(portsOfNode(definition, node.config), used)),
    [definition, node, used],
  );
  useRemeasure(id, ports);
  const text = useMemo(
    () =>
      definition?.cardText === undefined || node === undefined
        ? ''
        : withoutOpenMark(renderCardText(definition.cardText, node.config)),
    [definition, node],
  );
  if (node === undefined) return null;
  const isTrigger = definition?.role === 'trigger';
  const quiet = ports.find((port) => port.isQuiet);
  return (
    <article
      className="fe-card"
      style={categoryStyle(definition?.category)}
      data-node-id={id}
      data-node-type={node.type}
      data-selected={selected}
      data-trigger={isTrigger}
      data-disabled={node.isDisabled === true}
      data-status={overlay?.status}
      data-faint={isFaint}
      data-change={change}
      aria-label={title}
    >
      {change !== undefined && <ChangeTag change={change} />}
      {isTrigger && <div className="fe-card-start">Starting point</div>}
      {!isTrigger && <InHandle title={title} />}
      <header className="fe-card-head">
        <span className="fe-icon-tile">
          <NodeIcon name={definition?.icon} size={19} />
        </span>
        <div className="fe-card-titles">
          <div className="fe-card-title">{title}</div>
          {(node.label !== undefined || definition === undefined) && (
            <div className="fe-card-type">{definition?.title ?? `Unknown node type ${node.type}`}</div>
          )}
        </div>
        <CardBadge id={id} />
        <CardStatus overlay={overlay} />
      </header>
      {definition?.preview === undefined ? (
        text !== '' && (
          <p className="fe-card-text">
            <TemplateText text={text} />
          </p>
        )
      ) : (
        <CardPreview definition={definition} config={node.config} fallback={text} />
      )}
      {node.pin !== undefined && (
        <p className="fe-card-pin">
          <IconPinned size={13} aria-hidden /> Pinned output, in tests
        </p>
      )}
      {node.isDisabled === true && <p className="fe-card-off">Switched off: passed over</p>}
      <ul className="fe-ports">
        {ports
          .filter((port) => !port.isQuiet)
          .map((port) => (
            <PortRow
              key={port.name}
              nodeId={id}
              nodeTitle={title}
              port={port}
              isUsed={used.includes(port.name)}
              count={overlay?.counters?.ports[port.name]}
              isReadOnly={isReadOnly}
            />
          ))}
      </ul>
      <CardCounters overlay={overlay} />
      {quiet !== undefined && !isReadOnly && (
        <PortRow nodeId={id} nodeTitle={title} port={quiet} isUsed={false} count={undefined} isReadOnly={false} />
      )}
    </article>
  );
});

/** Names of the exits that lead somewhere, in document order; the same array as long as they are the same. */
function useUsedPorts(id: string): readonly string[] {
  const joined = useCanvas((state) => indexEdges(state.document.edges).usedPorts.get(id) ?? '');
  return useMemo(() => (joined === '' ? [] : joined.split('\n')), [joined]);
}

/** Exits as rows: used ones are never quiet, and one that the config no longer makes is kept visible so that its edge can be removed. */
function rowsOf(ports: readonly PortView[], used: readonly string[]): PortView[] {
  const known = new Set(ports.map((port) => port.name));
  const gone = used
    .filter((name) => !known.has(name))
    .map((name): PortView => ({ name, title: `${name} (gone)`, tone: 'negative', output: {}, isQuiet: false }));
  return [
    ...ports.map((port) => (port.isQuiet && used.includes(port.name) ? { ...port, isQuiet: false } : port)),
    ...gone,
  ];
}

/** React Flow measures exits when the card changes its size; a change of their order alone has to be told. */
function useRemeasure(id: string, ports: readonly PortView[]): void {
  const update = useUpdateNodeInternals();
  const names = ports.map((port) => `${port.name}${port.isQuiet ? '~' : ''}`).join('\n');
  const measured = useRef(names);
  useEffect(() => {
    // The first time, React Flow measures by itself, all cards at once, and then fits the view.
    if (measured.current === names) return;
    measured.current = names;
    update(id);
  }, [id, names, update]);
}

/** A line that was cut in the middle of a field ends before it. */
function withoutOpenMark(text: string): string {
  return text.replace(/\{\{[^}]*$/u, '…');
}
