export { distinctNames } from './column-names.ts'
export { checkDataFolder } from './data-folder.ts'
export {
  createLocalBackend,
  createMemoryBackend,
  type LocalBackend,
  type LocalBackendOptions,
  type MemoryBackendOptions,
  type QueryTrace,
} from './local-backend.ts'
export type { BadValuePolicy } from './insert-part.ts'
export { ingestFolder, type IngestedTable, type IngestOptions, type IngestReport } from './ingest/ingest.ts'
export { createRowConditions, type RowConditionsOptions } from './row-conditions.ts'
export { loadSavedFunctions } from './saved-functions.ts'
export { writeParquet, type WriteParquetOptions } from './write-parquet.ts'
export type { RowObject } from './table-part.ts'
