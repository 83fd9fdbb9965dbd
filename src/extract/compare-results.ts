import type { Column, ResultTable, Row } from '../domain/kusto.ts'

/** How two answers to one query differ. */
export interface ParityReport {
  readonly equal: boolean
  readonly columns: readonly ColumnDifference[]
  readonly rows: { readonly service: number; readonly local: number; readonly both: number }
  /** Rows that only one of them has, by the service's columns; repeated rows count as often as they come. */
  readonly onlyService: readonly Row[]
  readonly onlyLocal: readonly Row[]
}

export interface ColumnDifference {
  /** Position, from 0. */
  readonly position: number
  readonly service: Column | undefined
  readonly local: Column | undefined
}

/**
 * Compares two results as bags of rows: Kusto promises no order without `sort`. Cells are in one canonical form, so equal
 * values are equal text; with other columns rows cannot be compared.
 */
export function compareResults(service: ResultTable, local: ResultTable): ParityReport {
  const columns = columnDifferences(service.columns, local.columns)
  const counts = { service: service.rows.length, local: local.rows.length }
  if (columns.length > 0) {
    return { equal: false, columns, rows: { ...counts, both: 0 }, onlyService: service.rows, onlyLocal: local.rows }
  }
  const left = new Map<string, Row[]>()
  for (const row of local.rows) {
    const key = keyOf(row)
    const same = left.get(key)
    if (same === undefined) left.set(key, [row])
    else same.push(row)
  }
  const onlyService = service.rows.filter((row) => left.get(keyOf(row))?.pop() === undefined)
  const onlyLocal = [...left.values()].flat()
  return {
    equal: onlyService.length === 0 && onlyLocal.length === 0,
    columns,
    rows: { ...counts, both: service.rows.length - onlyService.length },
    onlyService,
    onlyLocal,
  }
}

function columnDifferences(service: readonly Column[], local: readonly Column[]): readonly ColumnDifference[] {
  const length = Math.max(service.length, local.length)
  return Array.from({ length }, (_, position) => ({
    position,
    service: service[position],
    local: local[position],
  })).filter(({ service: one, local: other }) => one?.name !== other?.name || one?.type !== other?.type)
}

/** Numbers and texts that look alike stay apart, as do null and NaN. */
function keyOf(row: Row): string {
  return JSON.stringify(row.map((cell) => [typeof cell, typeof cell === 'string' ? cell : String(cell)]))
}
