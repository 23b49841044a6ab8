const SIZES = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1000 },
] as const;

/** For people: "2 h 5 min", "350 ms". At most two parts. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  let rest = Math.round(ms / 1000) * 1000;
  const parts: string[] = [];
  for (const { name, ms: size } of SIZES) {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount > 0) parts.push(`${amount} ${name}`);
  }
  return parts.slice(0, 2).join(' ');
}
