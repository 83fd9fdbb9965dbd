export { createDataExplorerBackend } from './data-explorer-backend.ts'
export type { DataExplorerDatabase, DataExplorerOptions } from './options.ts'
