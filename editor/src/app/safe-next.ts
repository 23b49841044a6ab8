/** Where to go after sign-in: only to a path of our own, never to another site, and not back to the form. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/flows';
}
