/** JSON value as it stands in a log record. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** One record of a table. `TimeGenerated` is ISO 8601 in UTC with seven digits, so that text order is time order. */
export type LogRecord = { readonly TimeGenerated: string } & { readonly [column: string]: Json }

/** Collects the records of all tables. */
export interface Logs {
  add(table: string, record: LogRecord): void
  /** Tables in alphabetical order, records in time order; equal times keep the order in which they were added. */
  tables(): readonly { readonly name: string; readonly records: readonly LogRecord[] }[]
}

export function createLogs(): Logs {
  const tables = new Map<string, LogRecord[]>()
  return {
    add: (table, record) => {
      const records = tables.get(table)
      if (records === undefined) tables.set(table, [record])
      else records.push(record)
    },
    tables: () =>
      [...tables.keys()].sort().map((name) => ({
        name,
        records: [...(tables.get(name) ?? [])].sort((a, b) => compare(a.TimeGenerated, b.TimeGenerated)),
      })),
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
