/** The greatest and the least rows. */
import { groupable } from './program-groups.ts'
import { sort } from './program-operators.ts'
import { indexesOf, piped, someOf, type OperatorMaker, type Query, type Stage } from './program-parts.ts'
import { cell, groupRows, sortRows, type Field, type Row, type Rows } from './reference-interpreter.ts'
import { compare, keyText, missing, open, type Type } from './reference-values.ts'

const ORDERED: readonly Type[] = ['timespan', 'datetime', 'real', 'int', 'long']

interface Ranked {
  readonly query: Query
  readonly name: string
  readonly at: number
  readonly type: Type
}

/** A column of the rows as they are, of which several may have the same value; or a number of their own. */
function ranked(query: Query, stage: Stage): Ranked | undefined {
  const columns = query.fields.flatMap((field, at) => (ORDERED.includes(field.type) ? [{ ...field, at, query }] : []))
  if (columns.length > 0 && stage.making.random.chance(0.5)) return stage.making.random.pick(columns)
  return numbered(query, stage)
}

/** Rows with a number of their own, so that there is one greatest and one least. */
function numbered(query: Query, stage: Stage): Ranked | undefined {
  const sorted = sort(query, stage)
  if (sorted === undefined) return undefined
  const name = stage.making.fresh('u')
  return {
    name,
    at: query.fields.length,
    type: 'long',
    query: piped(sorted, `extend ${name} = row_number()`, {
      fields: [...query.fields, { name, type: 'long' }],
      rows: (rows) => rows.map((row, at) => [...row, BigInt(at + 1)]),
    }), // prettier-ignore
  }
}

/** The row of the greatest or the least value, of all rows or of each group, whole or some columns of it. */
export const extremeRow: OperatorMaker = (query, stage) => {
  const { random } = stage.making
  const found = ranked(query, stage)
  if (found === undefined) return undefined
  const { query: source, name, at, type } = found
  const keys = someOf(random, groupable(query), 0.3).filter((index) => index !== at)
  const others = indexesOf(query.fields).filter((index) => index !== at && !keys.includes(index))
  const least = random.chance(0.5)
  const given = random.chance(0.5) ? others : someOf(random, others, 0.5)
  const fieldsOf = (indexes: readonly number[]): Field[] => indexes.flatMap((index) => query.fields[index] ?? [])
  const whole = given.length === others.length && random.chance(0.7)
  const values = whole ? ', *' : fieldsOf(given).map((field) => `, ${field.name}`).join('') // prettier-ignore
  const by = keys.length > 0 ? ` by ${fieldsOf(keys).map((field) => field.name).join(', ')}` : '' // prettier-ignore
  const shown = (row: Row): Row => [cell(row, at), ...given.map((index) => cell(row, index))]
  const best = (rows: Rows): Row => {
    if (rows.length === 0) return [null, ...fieldsOf(given).map((field) => missing(field.type))]
    const sorted = rows.filter((row) => cell(row, at) !== null).sort((one, other) => compare(cell(one, at), cell(other, at))) // prettier-ignore
    const extreme = sorted.at(least ? 0 : -1)
    // Of rows without a value, or of several that are alike in it, any may be taken.
    const fitting =
      extreme === undefined ? rows : sorted.filter((row) => compare(cell(row, at), cell(extreme, at)) === 0)
    const [first, ...rest] = fitting.map(shown)
    return first === undefined || rest.some((row) => keyText(row) !== keyText(first)) ? open() : first
  }
  return piped(source, `summarize arg_${least ? 'min' : 'max'}(${name}${values})${by}`, {
    fields: [...fieldsOf(keys), { name, type }, ...fieldsOf(given)],
    isOrdered: false,
    rows: (rows) =>
      keys.length === 0
        ? [best(rows)]
        : groupRows(rows, (row) => keys.map((index) => cell(row, index))).map((group) => [...group.key, ...best(group.rows)]), // prettier-ignore
  })
}

/** Rows that are alike in what they are ranked by must be alike, unless all of them are among the first or none. */
export const top: OperatorMaker = (query, stage) => {
  const { random } = stage.making
  const found = ranked(query, stage)
  if (found === undefined) return undefined
  const { query: source, name, at } = found
  const most = random.integer(5)
  const isDescending = random.chance(0.5)
  const isTold = random.chance(0.4)
  const areNullsFirst = isTold ? random.chance(0.5) : !isDescending
  const nulls = isTold ? ` nulls ${areNullsFirst ? 'first' : 'last'}` : ''
  const keys = [{ of: (row: Row) => cell(row, at), isDescending, areNullsFirst }]
  return piped(source, `top ${most} by ${name}${isDescending ? '' : ' asc'}${nulls}`, {
    isOrdered: true,
    rows: (rows) => {
      const sorted = sortRows(rows, keys)
      const isOpen = sorted.slice(0, most).some((row, index) => {
        const next = sorted[index + 1]
        return next !== undefined && compare(cell(row, at), cell(next, at)) === 0 && keyText(row) !== keyText(next)
      })
      return isOpen ? open() : sorted.slice(0, most)
    },
  })
}
