import type { ReactNode } from 'react';
import classes from './DataTable.module.css';

/** A table on a white surface; on a phone each row becomes a card. Rows hold one `RowLink` that makes the whole row a link. */
export function DataTable({
  label,
  columns,
  children,
}: {
  label: string;
  columns: readonly string[];
  children: ReactNode;
}) {
  return (
    <div className={classes['surface']}>
      <table className={classes['table']} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th key={index} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** Class of the link or button that stretches over its row. */
export const rowLinkClass = classes['rowLink'] ?? '';

/** Class of what must stay clickable above the row's link. */
export const aboveRowClass = classes['above'] ?? '';
