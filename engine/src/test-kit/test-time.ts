/** When tests happen unless they say otherwise: Monday, 5 January 2026, 09:00 UTC. */
export const TEST_NOW_MS = Date.UTC(2026, 0, 5, 9);
