import type { ColumnDef, Fold } from '../ir/relation.ts'
import { bool, call, column, infix, long, nullOf, star, when, refuseAtRuntime } from './build.ts'
import type { SqlExpr, SqlFrom, SqlOutput, SqlQuery, SqlSelect } from './nodes.ts'
import type { Translation } from './translate.ts'

/** One recursion for each row, 0.1 to 1 ms each: more rows would take minutes. */
const MAX_ROWS = 20_000

/** A recursion from row to row carries the states and what the row gives; the rows then take theirs from it. */
export function foldSql(fold: Fold, translation: Translation): SqlQuery {
  const names = { rows: translation.freshName('rows'), steps: translation.freshName('fold'), at: translation.freshName('at') } // prettier-ignore
  translation.addCte({ name: names.rows, query: translation.query(fold.input), isMaterialized: true })
  const emitted = fold.outputs.map(({ values }) => ({
    flag: translation.freshName('emits'),
    values: values.map((value) => ({ alias: translation.freshName('gives'), type: value.type })),
  }))
  const initial = fold.states.map(({ value }) => translation.scalar(value))
  const states = fold.states.map((state, index) => translation.define(state, initial[index] ?? bool(false)))
  const base: SqlSelect = {
    kind: 'select',
    star: false,
    outputs: [
      { value: checkedStart(names.rows), alias: names.at },
      ...states,
      ...emitted.flatMap(({ flag, values }) => [
        { value: bool(false), alias: flag },
        ...values.map(({ alias, type }) => ({ value: nullOf(type), alias })),
      ]),
    ],
    where: [],
  }
  const row = column(translation.alias(fold.row.id))
  let from = joined(names.steps, names.rows, infix(row, '=', infix(column(names.at), '+', long(1))), translation)
  for (const stage of fold.stages) {
    const values = stage.map(({ value }) => translation.scalar(value))
    const outputs = stage.map((made, index) => translation.define(made, values[index] ?? bool(false)))
    from = { kind: 'query', query: { kind: 'select', star: true, outputs, from, where: [] }, alias: translation.freshName('t') } // prettier-ignore
  }
  const now = ({ id }: ColumnDef): SqlExpr => column(translation.alias(id))
  const step: SqlSelect = {
    kind: 'select',
    star: false,
    outputs: [
      { value: row, alias: names.at },
      ...fold.after.map((state, index) => ({ value: now(state), alias: states[index]?.alias ?? '' })),
      ...fold.outputs.flatMap((output, index) => [
        { value: now(output.when), alias: emitted[index]?.flag ?? '' },
        ...output.values.map((value, at) => ({ value: now(value), alias: emitted[index]?.values[at]?.alias ?? '' })),
      ]),
    ],
    from,
    where: [],
  }
  const walk: SqlQuery = { kind: 'union-all', queries: [base, step] }
  translation.addCte({ name: names.steps, query: walk, isMaterialized: false, isRecursive: true })
  const queries = emitted.map(({ flag, values }, index): SqlSelect => {
    const outputs: SqlOutput[] = fold.columns.map((made, at) =>
      translation.define(made, column(values[at]?.alias ?? '')),
    )
    outputs.push(translation.define(fold.position, long(index)))
    const source = joined(names.rows, names.steps, infix(row, '=', column(names.at)), translation)
    return { kind: 'select', star: true, outputs, from: source, where: [column(flag)] }
  })
  const [only] = queries
  return queries.length === 1 && only !== undefined ? only : { kind: 'union-all', queries }
}

function joined(left: string, right: string, on: SqlExpr, translation: Translation): SqlFrom {
  return { kind: 'join', join: 'INNER', left: translation.fromNamed(left), right: translation.fromNamed(right), on }
}

/** 0, or a refusal where there are too many rows. */
function checkedStart(rows: string): SqlExpr {
  const count: SqlExpr = {
    kind: 'scalar-query',
    query: {
      kind: 'select',
      star: false,
      outputs: [{ value: call('count', star), alias: 'count' }],
      from: { kind: 'relation', name: rows, alias: 't' },
      where: [],
    },
  }
  const refusal = refuseAtRuntime(`a walk from row to row over more than ${MAX_ROWS} rows`, 'BIGINT')
  return when(infix(count, '>', long(MAX_ROWS)), refusal, long(0))
}
