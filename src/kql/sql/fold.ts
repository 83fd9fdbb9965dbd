import { REFUSAL } from '../errors.ts'
import type { Fold } from '../ir/relation.ts'
import { bool, call, cast, column, infix, long, star, text, when } from './build.ts'
import type { SqlExpr, SqlFrom, SqlSelect } from './nodes.ts'
import type { Translation } from './translate.ts'

/** One recursion for each row, 0.1 to 1 ms each: more rows would take minutes. */
const MAX_ROWS = 20_000

/** A recursion from row to row carries the state; the rows then take theirs from it. */
export function foldSql(fold: Fold, translation: Translation): SqlSelect {
  const [rows, steps] = [translation.freshName('rows'), translation.freshName('fold')]
  const [at, matched] = [translation.freshName('at'), translation.freshName('matched')]
  translation.addCte({ name: rows, query: translation.query(fold.input), isMaterialized: true })
  const row = column(translation.alias(fold.row.id))

  const initial = fold.initial.map((value) => translation.scalar(value))
  const states = fold.previous.map((state, index) => translation.define(state, initial[index] ?? bool(false)))
  const base: SqlSelect = {
    kind: 'select',
    star: false,
    outputs: [{ value: checkedStart(rows), alias: at }, ...states, { value: bool(false), alias: matched }],
    where: [],
  }
  const from: SqlFrom = {
    kind: 'join',
    join: 'INNER',
    left: { kind: 'relation', name: steps, alias: translation.freshName('t') },
    right: { kind: 'relation', name: rows, alias: translation.freshName('t') },
    on: infix(row, '=', infix(column(at), '+', long(1))),
  }
  const holds = call('coalesce', translation.scalar(fold.condition), bool(false))
  const moved = fold.next.map(({ value }, index) => {
    const alias = states[index]?.alias ?? ''
    return { value: when(holds, translation.scalar(value), column(alias)), alias }
  })
  const step: SqlSelect = {
    kind: 'select',
    star: false,
    outputs: [{ value: row, alias: at }, ...moved, { value: holds, alias: matched }],
    from,
    where: [],
  }
  translation.addCte({
    name: steps,
    query: { kind: 'union-all', queries: [base, step] },
    isMaterialized: false,
    isRecursive: true,
  })

  const outputs = fold.next.map((next, index) => translation.define(next, column(states[index]?.alias ?? '')))
  const joined: SqlFrom = {
    kind: 'join',
    join: 'INNER',
    left: { kind: 'relation', name: rows, alias: translation.freshName('t') },
    right: { kind: 'relation', name: steps, alias: translation.freshName('t') },
    on: infix(row, '=', column(at)),
  }
  return { kind: 'select', star: true, outputs, from: joined, where: [column(matched)] }
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
  const refusal = cast(call('error', text(`${REFUSAL}scan over more than ${MAX_ROWS} rows`)), 'BIGINT')
  return when(infix(count, '>', long(MAX_ROWS)), refusal, long(0))
}
