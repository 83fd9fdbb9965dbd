import type { TablesOf } from '../../src/kusto-service/bound-tables.ts'

/** Those of the tables whose names stand in the query. */
export function tablesNamed(tables: Readonly<Record<string, readonly string[] | undefined>>): TablesOf {
  return async (query) =>
    Object.entries(tables).flatMap(([name, columns]) =>
      new RegExp(`\\b${name}\\b`).test(query) ? [{ name, columns }] : [],
    )
}
