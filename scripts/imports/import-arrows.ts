// Which part of the house may import which: schemas <- engine <- nodes <- server, and
// schemas, engine, nodes/definitions <- editor. The reasons are in the architecture document.
import { type Area, areaOf, type ImportEdge, type ImportTarget } from './import-graph.ts';

export interface ImportViolation {
  readonly edge: ImportEdge;
  /** What the importing file may import instead, as a sentence. */
  readonly allowed: string;
}

const MAY_IMPORT: Record<Area, readonly Area[]> = {
  schemas: [],
  engine: ['schemas'],
  nodes: ['schemas', 'engine'],
  examples: ['schemas', 'engine', 'nodes'],
  server: ['schemas', 'engine', 'nodes', 'examples'],
  editor: ['schemas', 'engine', 'nodes'],
  // Not part of the product: they look at all of it, from inside if need be.
  tests: ['schemas', 'engine', 'nodes', 'examples', 'server', 'editor', 'bench', 'scripts'],
  bench: ['schemas', 'engine', 'nodes', 'examples', 'server', 'tests', 'scripts'],
  scripts: ['schemas', 'engine', 'nodes', 'examples', 'server'],
};
const OUTSIDE_OF_PRODUCT = new Set<Area | undefined>(['tests', 'bench', 'scripts']);

const TEST_FILE = /\.test\.tsx?$|\/(test|testing)\//;
// They write files and are run by hand, never imported.
const GENERATOR_FILE = /\/generate[^/]*\.ts$|^editor\/[^/]+\.ts$/;
const DEFINITION_FILE = /^nodes\/src\/(.+\/)?definitions?\.ts$/;
// What a definition must not reach even when it happens to run in a browser.
const SERVER_SIDE_OF_NODES =
  /^nodes\/src\/(.+\/)?((handlers?|platforms?|client|webhooks?|oauth)\.ts$|(sandbox|platform)\/)/;
// What of the nodes the editor may import: definitions, handlers (for test cases in memory), and the customer API of the sandbox that its
// phone page speaks (types only, no imports).
const FOR_THE_BROWSER = new Set<string | undefined>(['./definitions', './handlers', './instagram-customer']);
const HANDLER_FILE = /^nodes\/src\/(.+\/)?handlers?\.ts$/;
const DEFINITION_LIBRARIES = new Set(['typebox']);

/** @returns Every import that goes against an arrow, in the order of the edges. */
export function findViolations(edges: readonly ImportEdge[]): ImportViolation[] {
  const definitions = filesOfDefinitions(edges);
  const handlers = filesOfHandlers(edges);
  return edges.flatMap((edge) => {
    const allowed = ruleAgainst(edge, definitions, handlers);
    return allowed === undefined ? [] : [{ edge, allowed }];
  });
}

/**
 * The definition files and all that they import within nodes: everything that the editor bundles. A file cannot become
 * unsafe for the browser by way of another.
 */
function filesOfDefinitions(edges: readonly ImportEdge[]): ReadonlySet<string> {
  const files = new Set(edges.map((edge) => edge.from).filter((path) => DEFINITION_FILE.test(path)));
  for (const file of files) {
    for (const { from, target } of edges) {
      if (from !== file || target.kind !== 'file') continue;
      if (areaOf(target.path) === 'nodes' && !SERVER_SIDE_OF_NODES.test(target.path)) files.add(target.path);
    }
  }
  return files;
}

/** The handler files and all that they import within nodes: the editor runs test cases with them. */
function filesOfHandlers(edges: readonly ImportEdge[]): ReadonlySet<string> {
  const files = new Set(edges.map((edge) => edge.from).filter((path) => HANDLER_FILE.test(path)));
  for (const file of files) {
    for (const { from, target } of edges)
      if (from === file && target.kind === 'file' && areaOf(target.path) === 'nodes') files.add(target.path);
  }
  return files;
}

/** @returns What is allowed instead, or undefined when the import is. */
function ruleAgainst(
  edge: ImportEdge,
  definitions: ReadonlySet<string>,
  handlers: ReadonlySet<string>,
): string | undefined {
  const { from, target } = edge;
  const area = areaOf(from);
  if (area === undefined) return undefined;
  const isTest = TEST_FILE.test(from);
  if (definitions.has(from) && !isTest && !isFitForDefinition(target)) {
    return 'A definition, and what it imports, may import @heddle/schemas, @heddle/engine, typebox and other definitions: it runs in the browser.';
  }
  if (handlers.has(from) && !isTest && (target.kind === 'builtin' || isServerLibrary(target))) {
    return 'A handler, and what it imports, runs in the browser too, in test cases: what only a server has comes through the services that it is given.';
  }
  if (target.kind === 'builtin') {
    const isPure = area === 'schemas' || area === 'engine' || area === 'editor';
    if (!isPure || isTest || GENERATOR_FILE.test(from)) return undefined;
    return `${area} runs in the browser too and may not import what only Node has.`;
  }
  if (target.kind === 'external') return undefined; // pnpm sees to it that only declared packages are found
  if (target.kind === 'package') return ruleAgainstPackage(area, target);
  return ruleAgainstFile(edge, area, target.path, isTest);
}

function ruleAgainstPackage(area: Area, target: ImportTarget & { kind: 'package' }): string | undefined {
  const isAllowed = target.area !== area && MAY_IMPORT[area].includes(target.area);
  if (!isAllowed) return mayImport(area);
  if (target.path === undefined)
    return `@heddle/${target.area} publishes only what "exports" in its package.json names.`;
  if (area === 'editor' && target.area === 'nodes' && !FOR_THE_BROWSER.has(target.entry)) {
    return 'Of the nodes, editor may import @heddle/nodes/definitions and @heddle/nodes/handlers only.';
  }
  return undefined;
}

function ruleAgainstFile(edge: ImportEdge, area: Area, path: string, isTest: boolean): string | undefined {
  if (!isTest && !OUTSIDE_OF_PRODUCT.has(area) && TEST_FILE.test(path)) {
    return 'What is made for tests may be imported by tests only.';
  }
  const targetArea = areaOf(path);
  if (targetArea === area) return undefined;
  if (OUTSIDE_OF_PRODUCT.has(area)) {
    return targetArea === undefined || MAY_IMPORT[area].includes(targetArea) ? undefined : mayImport(area);
  }
  if (targetArea === 'tests')
    return 'Packages do not import from tests/; for a database use server/src/postgres/testing.';
  if (targetArea && MAY_IMPORT[area].includes(targetArea)) {
    return `Import from another package by its name: @heddle/${targetArea}, not "${edge.specifier}".`;
  }
  return mayImport(area);
}

function isFitForDefinition(target: ImportTarget): boolean {
  switch (target.kind) {
    case 'builtin':
      return false;
    case 'external':
      return DEFINITION_LIBRARIES.has(target.name);
    case 'package':
      return target.area === 'schemas' || target.area === 'engine';
    case 'file':
      return areaOf(target.path) === 'nodes' && !SERVER_SIDE_OF_NODES.test(target.path);
  }
}

function isServerLibrary(target: ImportTarget): boolean {
  return target.kind === 'external' && !DEFINITION_LIBRARIES.has(target.name);
}

function mayImport(area: Area): string {
  const names = MAY_IMPORT[area];
  return names.length === 0 ? `${area} imports nothing of ours.` : `${area} may import: ${names.join(', ')}.`;
}
