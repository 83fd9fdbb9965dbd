import type { ColumnDef, Fold } from '../ir/relation.ts'
import { column, long } from './build.ts'
import type { SqlExpr, SqlQuery } from './nodes.ts'
import type { Translation } from './translate.ts'

/** The rows of a walk, each with the number of the first row of its part under the name `begin`. */
export function rowsOfFold({ input, row, part }: Fold, begin: string, translation: Translation): SqlQuery {
  const own = ({ id }: ColumnDef): SqlExpr => column(translation.alias(id))
  const from = translation.fromQuery(input)
  const first: SqlExpr =
    part === undefined
      ? long(1)
      : { kind: 'call', name: 'min', args: [own(row)], over: { partitionBy: [own(part)], orderBy: [] } }
  return { kind: 'select', star: true, outputs: [{ value: first, alias: begin }], from, where: [] }
}
