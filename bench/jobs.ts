/** What the jobs take; each reads what it needs. */
export interface JobInput {
  /** Body of an answer of the Logs Query API. */
  readonly answer?: string
  /** Address of a server that answers every query with it. */
  readonly endpoint?: string
  /** Folder to write into. */
  readonly output?: string
  /** Folder of rule files. */
  readonly rules?: string
  /** Folder of tables, and the one of them to load; for DuckDB with the types of its columns, by name. */
  readonly data?: string
  readonly table?: string
  readonly types?: Readonly<Record<string, string>>
}

/** Works off the input and resolves with how many items that were, or with what can tell once the clock has stopped. */
export type Job = (input: JobInput) => Promise<number | (() => Promise<number>)>

/** Name → loads the job. Each loads only what it needs, so that its memory is its own. */
export const JOBS = {
  'hunt-read': async () => (await import('./export/hunt-jobs.ts')).read,
  'hunt-csv': async () => (await import('./export/hunt-jobs.ts')).writeCsv,
  'hunt-json': async () => (await import('./export/hunt-jobs.ts')).writeJson,
  'hunt-query-csv': async () => (await import('./export/hunt-jobs.ts')).queryCsv,
  'hunt-run': async () => (await import('./export/hunt-jobs.ts')).run,
  'plain-query-csv': async () => (await import('./export/query-jobs.ts')).plain,
  'stock-query-csv': async () => (await import('./export/query-jobs.ts')).stock,
  'plain-read': async () => (await import('./export/plain-jobs.ts')).read,
  'plain-csv': async () => (await import('./export/plain-jobs.ts')).writeCsv,
  'plain-json': async () => (await import('./export/plain-jobs.ts')).writeJson,
  'stock-read': async () => (await import('./export/stock-job.ts')).read,
  'hunt-rules': async () => (await import('./loading/hunt-job.ts')).load,
  'hunt-table': async () => (await import('./tables/hunt-job.ts')).load,
  'plain-table': async () => (await import('./tables/plain-job.ts')).load,
  'plain-rules': async () => (await import('./loading/plain-job.ts')).load,
} satisfies Readonly<Record<string, () => Promise<Job>>>

export type JobName = keyof typeof JOBS
