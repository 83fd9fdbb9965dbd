export { checkDataFolder } from './data-folder.ts'
export {
  createLocalBackend,
  createMemoryBackend,
  type LocalBackend,
  type LocalBackendOptions,
  type MemoryBackendOptions,
  type QueryTrace,
} from './local-backend.ts'
export type { BadValuePolicy } from './load-table.ts'
export { loadSavedFunctions } from './saved-functions.ts'
export type { RowObject } from './table-part.ts'
