export { HIDDEN_COLUMNS, SYSTEM_COLUMNS } from './system-columns.ts'
export { loadSchemaCatalogue } from './load-catalogue.ts'
export { loadUserSchemas } from './load-user-schemas.ts'
export { mergeColumns, mergeSchemas } from './merge-schemas.ts'
