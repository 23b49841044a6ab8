/** `base`, or `base2`, `base3` … whichever is free first. A number at the end of `base` is counted on. */
export function freeName(base: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(base)) return base;
  const stem = base.replace(/\d+$/u, '');
  let count = 2;
  while (isTaken(`${stem}${count}`)) count += 1;
  return `${stem}${count}`;
}
