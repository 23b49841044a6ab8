import type { AccountTables } from '../accounts/tables.ts';
import type { CatalogTables } from '../catalog/tables.ts';
import type { ConnectionTables } from '../connections/tables.ts';
import type { FlowTables } from '../flows/tables.ts';
import type { PublishingTables } from '../publishing/tables.ts';
import type { WorkspaceTables } from '../workspaces/tables.ts';

// A feature's own tables.ts imports these from './column-types.ts': from here it would be a circle.
export type { CreatedTimestamp, Json, NullableTimestamp, Timestamp } from './column-types.ts';

/** Every table by its full name. Each feature writes the rows of its own tables in its own `tables.ts`; they meet here. */
export interface Tables
  extends WorkspaceTables, AccountTables, ConnectionTables, FlowTables, CatalogTables, PublishingTables {}
