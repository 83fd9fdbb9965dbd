import { columnOfRows, identifierOf, type StoredFiles, type StoredTable } from '../duckdb/storage.ts'
import { internal } from '../errors.ts'
import type { Scan, ScanColumn, ScanLimit, ScanTest } from '../ir/relation.ts'
import type { ColumnId, SortKey } from '../ir/scalar.ts'
import { boundSql } from './bounds.ts'
import { column, filterTest, nullOf, text } from './build.ts'
import type { SqlExpr, SqlFrom, SqlOrder, SqlQuery, SqlSelect } from './nodes.ts'
import { orderSql } from './scalars.ts'
import type { Translation } from './translate.ts'

/** SQL of a physical column, native ones among them. */
type ColumnOf = (physical: string) => SqlExpr

export function scanSql(scan: Scan, translation: Translation): SqlSelect {
  const { table, columns, isSifted, limit } = scan
  const base = baseFor(table, scan.tests)
  const rows = isSifted === true ? (base?.sifted ?? base?.relation) : base?.relation
  const cell = (source: string): SqlExpr => {
    const sql = base?.cells.get(source)
    return sql === undefined ? column(source) : storedSql(sql)
  }
  const isLimited = limit !== undefined && base?.files !== undefined
  const from: SqlFrom = isLimited
    ? { kind: 'query', query: limitedFiles(base.files, scan, limit, translation), alias: 't' }
    : { kind: 'relation', name: rows ?? table.relation, alias: 't' }
  return {
    kind: 'select',
    star: false,
    outputs: columns.map((definition) => translation.define(definition, cell(definition.source))),
    from,
    where: isLimited ? [] : conditionsSql(scan, column, translation),
  }
}

function conditionsSql({ bounds, tests }: Scan, columnOf: ColumnOf, translation: Translation): SqlExpr[] {
  const conditions = tests.map(({ condition, columns }) => {
    const stored = columns.map(({ id, source, native }): [ColumnId, SqlExpr] => {
      return [id, columnOf(native?.type === 'VARCHAR' ? native.name : source)]
    })
    return translation.over(new Map(stored), () => filterTest(translation.scalar(condition)))
  })
  return [...bounds.map((bound) => boundSql(bound, columnOf(bound.column.native.name), translation)), ...conditions]
}

/** The rows of the table, of each shape of files no more than the limit. */
function limitedFiles(
  files: readonly StoredFiles[],
  scan: Scan,
  { conditions, keys, count }: ScanLimit,
  translation: Translation,
): SqlQuery {
  const queries = files.map(({ relation, columns }): SqlQuery => {
    const columnOf: ColumnOf = (physical) => {
      const sql = columns.get(physical)
      if (sql === undefined) throw internal('translate', `no file has the column ${physical}`)
      return storedSql(sql)
    }
    const first = translation.over(storedColumns(scan, columnOf), (): SqlSelect => {
      return {
        kind: 'select',
        star: true,
        outputs: [],
        from: { kind: 'relation', name: relation, alias: 't' },
        where: conditions.map((condition) => filterTest(translation.scalar(condition))),
        orderBy: keys.flatMap((key) => orderOfFiles(key, scan, columnOf, translation)),
        limit: count,
      }
    })
    return {
      kind: 'select',
      star: false,
      outputs: [...columns].map(([alias, sql]) => ({ value: storedSql(sql), alias })),
      from: {
        kind: 'query',
        query: { ...first, where: [...conditionsSql(scan, columnOf, translation), ...first.where] },
        alias: 't',
      },
      where: [],
    }
  })
  return { kind: 'union-all', queries }
}

function storedColumns({ table, columns }: Scan, columnOf: ColumnOf): ReadonlyMap<ColumnId, SqlExpr> {
  const stored = new Map<ColumnId, SqlExpr>()
  for (const { id, source, type, isMissing } of columns) {
    const physical = columnOfRows(table, source)
    if (isMissing === true) stored.set(id, type === 'string' ? text('') : nullOf(type))
    else if (physical !== undefined) stored.set(id, columnOf(physical))
  }
  return stored
}

/** Times of the file are in the order of their ticks; of two nanoseconds in one tick neither is first. */
function orderOfFiles(key: SortKey, scan: Scan, columnOf: ColumnOf, translation: Translation): SqlOrder[] {
  const { value, ...order } = key
  const native = scan.columns.find(({ id }) => value.kind === 'column' && value.id === id)?.native
  const isTime = value.type === 'datetime' && native !== undefined && native.type !== 'TIMESTAMP_NS'
  return isTime ? [{ ...order, value: columnOf(native.name) }] : orderSql([key], translation)
}

/** SQL that a loader made; a column where it is no more than that. */
function storedSql(sql: string): SqlExpr {
  const name = identifierOf(sql)
  return name === undefined ? { kind: 'stored', sql } : column(name)
}

/** The rows of the table, where the tests name nothing that only the view has. */
function baseFor({ base }: StoredTable, tests: readonly ScanTest[]): StoredTable['base'] {
  const isThere = ({ source, native }: ScanColumn): boolean =>
    native?.type === 'VARCHAR' || identifierOf(base?.cells.get(source) ?? '') === source
  return tests.every(({ columns }) => columns.every(isThere)) ? base : undefined
}
