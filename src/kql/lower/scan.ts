import { KqlError } from '../../domain/errors.ts'
import type { TextSpan } from '../bind/bound.ts'
import type { StoredTable } from '../duckdb/storage.ts'
import type { ColumnDef, Scan } from '../ir/relation.ts'
import type { Flow } from './flow.ts'
import type { Lowering } from './lowering.ts'

/** Hidden column of every scan whose table has one; `ingestion_time()` reads it. Not a name that KQL can spell. */
export const INGESTION_TIME = '$ingestion_time'

export function scanTable(name: string, span: TextSpan, lowering: Lowering): Flow {
  const table = lowering.tables.get(name)
  if (table === undefined) {
    throw new KqlError({
      code: 'kql/unknown-table',
      message: `there is no table "${name}"`,
      hint: 'table names are case-sensitive; see which tables the data folder has',
      context: { table: name },
      position: span,
    })
  }
  lowering.scanned.add(name)
  return scanStored(table, span, lowering)
}

export function scanStored(table: StoredTable, span: TextSpan, lowering: Lowering): Flow {
  const visible = table.columns.map((column) => ({
    ...lowering.column(column.name, column.type),
    source: column.storageName ?? column.name,
    ...(column.native === undefined ? {} : { native: column.native }),
    ...(column.isMissing === true ? { isMissing: true } : {}),
  }))
  const hidden =
    table.ingestionTimeColumn === undefined
      ? []
      : [{ ...lowering.column(INGESTION_TIME, 'datetime'), source: table.ingestionTimeColumn }]
  const relation: Scan = { kind: 'scan', table, columns: [...visible, ...hidden], bounds: [], tests: [], span }
  const columns = visible.map(({ id, name, type }): ColumnDef => ({ id, name, type }))
  return { relation, columns, order: [], isSerialized: false }
}
