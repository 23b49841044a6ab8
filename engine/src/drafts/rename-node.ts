import { isJsonObject, parseEdgeSource, type FlowDocument, type JsonValue } from '@heddle/schemas';

/** The document with a node under another id: its edges, its place, and every text that reads `nodes.<id>` go along. */
export function renameNode(document: FlowDocument, from: string, to: string): FlowDocument {
  const rename = (id: string): string => (id === from ? to : id);
  const read = new RegExp(`(?<![\\w.])nodes\\.${from}(?![\\w-])`, 'gu');
  const nodes = Object.entries(document.nodes).map(([id, node]) => [
    rename(id),
    { ...node, config: replaceTexts(node.config, read, `nodes.${to}`) },
  ]);
  const layout = Object.entries(document.layout ?? {}).map(([id, at]) => [rename(id), at]);
  return {
    ...document,
    nodes: Object.fromEntries(nodes),
    edges: document.edges.map((edge) => {
      const { node, port } = parseEdgeSource(edge.from);
      return { from: `${rename(node)}.${port}`, to: rename(edge.to) };
    }),
    ...(document.layout === undefined ? {} : { layout: Object.fromEntries(layout) }),
  };
}

function replaceTexts(value: JsonValue, pattern: RegExp, by: string): JsonValue {
  if (typeof value === 'string') return value.replaceAll(pattern, by);
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, pattern, by));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceTexts(item, pattern, by)]));
}
