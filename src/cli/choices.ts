/** Closed lists of option values that both help and actions need. */
export const FILE_FORMATS = ['csv', 'json'] as const
export const RESULT_FORMATS = ['table', 'csv', 'json', 'ndjson'] as const
export const DIAGNOSTIC_FORMATS = ['text', 'json', 'sarif'] as const
export const STAGES = ['bound', 'ir', 'sql', 'plan', 'rows'] as const
export const WORKSPACE_JOBS = ['list', 'discover'] as const
export const SCHEMA_JOBS = ['pull'] as const
export const SLICE_FORMATS = ['ndjson', 'parquet'] as const
export const OUTBOX_JOBS = ['list', 'retry', 'drop'] as const
export const LEDGER_JOBS = ['check', 'backup', 'prune'] as const
export const SENTINEL_ROLES = ['contributor', 'responder', 'reader', 'none'] as const
export const WINDOW_ENDS = ['half-open', 'closed', 'open-start'] as const
export const WINDOW_REACHES = ['every-table', 'first-table'] as const
export const INCIDENT_JOBS = ['list', 'show', 'close', 'comment', 'export'] as const
export { SEVERITIES } from '../domain/rule.ts'
export { REPORT_FORMATS } from '../config/choices.ts'
