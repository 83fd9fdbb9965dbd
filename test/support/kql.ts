import type { Column, ResultTable } from '../../src/domain/kusto.ts'
import type { WorkGuard } from '../../src/domain/ports.ts'
import type { WorkspaceSchema } from '../../src/domain/schema.ts'
import { openEngine, quoteIdentifier, STORAGE_TYPE, type Engine } from '../../src/kql/index.ts'
import { parseInstant } from '../../src/time/instant.ts'

export const EMPTY_SCHEMA: WorkspaceSchema = { tables: new Map(), functions: new Map() }

/** An engine without files, whose `now()` is 2026-03-02T00:00:00Z. */
export function openTestEngine(schema: WorkspaceSchema = EMPTY_SCHEMA, guard?: WorkGuard): Promise<Engine> {
  return openEngine({
    guard,
    readableFolders: [],
    schema,
    threads: 1,
    now: () => {
      const now = parseInstant('2026-03-02T00:00:00Z')
      if (now === undefined) throw new Error('unreadable instant')
      return now
    },
  })
}

/** Registers `name` with the rows of a KQL source, in storage form. */
export async function addTable(
  engine: Engine,
  name: string,
  columns: readonly Column[],
  rows: readonly string[] = [],
): Promise<void> {
  const definitions = columns.map((column) => `${quoteIdentifier(column.name)} ${STORAGE_TYPE[column.type]}`)
  await engine.connection.run(`CREATE TABLE ${quoteIdentifier(name)} (${definitions.join(', ')})`)
  if (rows.length > 0) await engine.connection.run(`INSERT INTO ${quoteIdentifier(name)} VALUES ${rows.join(', ')}`)
  engine.registerTable({ name, columns, relation: name })
}

/** Cells as plain values that assert can print: bigint as number. */
export function plainRows(table: ResultTable): unknown[][] {
  return table.rows.map((row) => row.map((cell) => (typeof cell === 'bigint' ? Number(cell) : cell)))
}
