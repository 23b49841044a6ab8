import type { Database } from '../database/index.ts';
import type { Clock } from '../runtime/clock.ts';
import type { RecordCollection } from '../runtime/records.ts';
import { createDraftRecords } from './draft-records.ts';
import { createExtractionRecords } from './extraction-records.ts';
import { createScanItemRecords, createScanRecords } from './scan-records.ts';

/** What the catalog keeps for nodes, by collection. The names are those of the plugin `catalog`. */
export function createCatalogRecords(
  database: Database,
  clock: Clock,
): readonly (readonly [string, RecordCollection])[] {
  return [
    ['catalog/scan', createScanRecords(database, clock)],
    ['catalog/scan-item', createScanItemRecords(database, clock)],
    ['catalog/extraction', createExtractionRecords(database, clock)],
    ['catalog/draft', createDraftRecords(database, clock)],
  ];
}
