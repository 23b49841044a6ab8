import type { Route } from './endpoint.ts';

export interface RouteMatch {
  readonly route: Route;
  /** Decoded path parameters. */
  readonly params: Record<string, string>;
}

export interface RouteTable {
  /** The route; or the methods that the path has instead; or undefined when nothing has this path. */
  find(method: string, path: string): RouteMatch | { readonly allowed: readonly string[] } | undefined;
}

/** Looks up routes by method and path. A literal segment goes before a parameter (`/api/flows/import` before `/api/flows/:id`). */
export function createRouteTable(routes: readonly Route[]): RouteTable {
  const patterns = routes
    .map((route) => ({ route, segments: route.endpoint.path.split('/') }))
    .toSorted((a, b) => countParameters(a.segments) - countParameters(b.segments));
  return {
    find: (method, path) => {
      const segments = path.split('/');
      const allowed: string[] = [];
      for (const pattern of patterns) {
        const params = matchSegments(pattern.segments, segments);
        if (params === undefined) continue;
        if (pattern.route.endpoint.method === method) return { route: pattern.route, params };
        allowed.push(pattern.route.endpoint.method);
      }
      return allowed.length === 0 ? undefined : { allowed };
    },
  };
}

function countParameters(segments: readonly string[]): number {
  return segments.filter((segment) => segment.startsWith(':')).length;
}

function matchSegments(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':')) {
      const value = decodeSegment(segment);
      if (value === undefined || value === '') return undefined;
      params[part.slice(1)] = value;
    } else if (part !== segment) return undefined;
  }
  return params;
}

function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined; // a broken escape names nothing
  }
}
