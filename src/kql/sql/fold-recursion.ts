import type { ColumnDef, Fold } from '../ir/relation.ts'
import { rowsOfFold } from './fold-rows.ts'
import { and, bool, call, cases, column, infix, long, nullOf, refuseAtRuntime, star } from './build.ts'
import type { SqlExpr, SqlFrom, SqlOutput, SqlQuery, SqlSelect } from './nodes.ts'
import type { Translation } from './translate.ts'

/** A recursion takes 0.1 to 1 ms, and there is one for each row of the longest part: more rows would take minutes. */
const LONGEST_PART = 20_000
/** Each recursion looks for its rows among all of them, at 20 to 40 ns each. */
const MOST_LOOKS = 1_000_000_000

/** Names in SQL. */
interface Names {
  readonly rows: string
  readonly steps: string
  /** Of a row the number of the first row of its part; the parts walk at the same time, each over rows that follow each other. */
  readonly begin: string
  /** Of a step its part. */
  readonly part: string
  /** Of a step its row. */
  readonly at: string
}

/** A recursion from row to row carries the states and what the row gives; the rows then take theirs from it. */
export function foldByRecursion(fold: Fold, translation: Translation): SqlQuery {
  const names: Names = {
    rows: translation.freshName('rows'),
    steps: translation.freshName('fold'),
    begin: translation.freshName('begin'),
    part: translation.freshName('part'),
    at: translation.freshName('at'),
  }
  translation.addCte({ name: names.rows, query: rowsOfFold(fold, names.begin, translation), isMaterialized: true })
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
      { value: column(names.part), alias: names.part },
      { value: infix(column(names.part), '-', long(1)), alias: names.at },
      ...states,
      ...emitted.flatMap(({ flag, values }) => [
        { value: bool(false), alias: flag },
        ...values.map(({ alias, type }) => ({ value: nullOf(type), alias })),
      ]),
    ],
    from: { kind: 'query', query: partsSql(names), alias: translation.freshName('t') },
    where: [],
  }
  const row = column(translation.alias(fold.row.id))
  const isNext = and(
    infix(row, '=', infix(column(names.at), '+', long(1))),
    infix(column(names.begin), '=', column(names.part)),
  )
  let from = joined(names.steps, names.rows, isNext, translation)
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
      { value: column(names.part), alias: names.part },
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

/** The parts, or a refusal where there are too many rows. */
function partsSql({ rows, begin, part }: Names): SqlSelect {
  const lengths: SqlSelect = {
    kind: 'select',
    star: false,
    outputs: [
      { value: column(begin), alias: part },
      { value: call('count', star), alias: 'length' },
    ],
    from: { kind: 'relation', name: rows, alias: 't' },
    where: [],
    groupBy: [column(begin)],
  }
  const ofAll = (name: string): SqlExpr => ({ kind: 'call', name, args: [column('length')], over: { orderBy: [] } })
  const isTooLong = infix(ofAll('max'), '>', long(LONGEST_PART))
  const isTooMuch = infix(infix(ofAll('max'), '*', ofAll('sum')), '>', long(MOST_LOOKS))
  const tooLong = refuseAtRuntime(`a walk from row to row over more than ${LONGEST_PART} rows`, 'BIGINT')
  const tooMuch = refuseAtRuntime('a walk from row to row over so many rows in parts of that length', 'BIGINT')
  const value = cases(
    [
      [isTooLong, tooLong],
      [isTooMuch, tooMuch],
    ],
    column(part),
  )
  return {
    kind: 'select',
    star: false,
    outputs: [{ value, alias: part }],
    from: { kind: 'query', query: lengths, alias: 't' },
    where: [],
  }
}

function joined(left: string, right: string, on: SqlExpr, translation: Translation): SqlFrom {
  return { kind: 'join', join: 'INNER', left: translation.fromNamed(left), right: translation.fromNamed(right), on }
}
