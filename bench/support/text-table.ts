/** Column name to cell; the first row decides which columns there are. */
export type TableRow = Readonly<Record<string, string | number>>;

/** @returns Lines with aligned columns, numbers to the right; '' for no rows. */
export function formatTable(rows: readonly TableRow[]): string {
  const [first] = rows;
  if (!first) return '';
  const columns = Object.keys(first).map((name) => {
    const cells = rows.map((row) => formatCell(row[name]));
    return {
      cells: [name, ...cells],
      width: Math.max(name.length, ...cells.map((cell) => cell.length)),
      isNumeric: typeof first[name] === 'number',
    };
  });
  const lines = [undefined, ...rows].map((_, index) =>
    columns
      .map(({ cells, width, isNumeric }) => {
        const cell = cells[index] ?? '';
        return isNumeric ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, columns.map(({ width }) => '-'.repeat(width)).join('  '));
  return lines.join('\n');
}

/** Whole numbers in full; others with three significant digits, but never fewer than those before the point. */
function formatCell(cell: string | number | undefined): string {
  if (typeof cell !== 'number') return cell ?? '';
  if (Number.isInteger(cell) || !Number.isFinite(cell)) return cell.toLocaleString('en-US');
  return Math.abs(cell) >= 100
    ? cell.toLocaleString('en-US', { maximumFractionDigits: 0 })
    : String(Number(cell.toPrecision(3)));
}
