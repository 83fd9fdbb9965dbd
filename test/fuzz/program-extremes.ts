/** The greatest and the least rows. */
import { aggregate } from './program-aggregates.ts'
import { groupable } from './program-groups.ts'
import { sort } from './program-order.ts'
import { indexesOf, piped, someOf, type OperatorMaker, type Query, type Stage } from './program-parts.ts'
import { AGGREGATES } from './reference-aggregates.ts'
import { cell, groupRows, sortRows, type Field, type Row, type Rows, type Scope } from './reference-interpreter.ts'
import { compare, keyText, missing, open, type Type } from './reference-values.ts'

const ORDERED: readonly Type[] = ['timespan', 'datetime', 'real', 'int', 'long']

interface Ranked {
  readonly query: Query
  readonly name: string
  readonly at: number
  readonly type: Type
}

/** A column of the rows as they are, of which several may have the same value; or a number of their own. */
function ranked(query: Query, stage: Stage): Ranked {
  const columns = query.fields.flatMap((field, at) => (ORDERED.includes(field.type) ? [{ ...field, at, query }] : []))
  if (columns.length > 0 && stage.making.random.chance(0.5)) return stage.making.random.pick(columns)
  return numbered(query, stage)
}

/** Rows with a number of their own, so that there is one greatest and one least. */
function numbered(query: Query, stage: Stage): Ranked {
  const sorted = sort(query, stage)
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
  const { query: source, name, at, type } = ranked(query, stage)
  const keys = someOf(random, groupable(query), 0.3).filter((index) => index !== at)
  const others = indexesOf(query.fields).filter((index) => index !== at && !keys.includes(index))
  const least = random.chance(0.5)
  const given = random.chance(0.5) ? others : someOf(random, others, 0.5)
  const fieldsOf = (indexes: readonly number[]): Field[] => indexes.flatMap((index) => query.fields[index] ?? [])
  const whole = given.length === others.length && random.chance(0.7)
  const values = whole ? ', *' : fieldsOf(given).map((field) => `, ${field.name}`).join('') // prettier-ignore
  const by = keys.length > 0 ? ` by ${fieldsOf(keys).map((field) => field.name).join(', ')}` : '' // prettier-ignore
  const shown = (row: Row): Row => [cell(row, at), ...given.map((index) => cell(row, index))]
  const further = random.chance(0.3) ? [random.part(() => aggregate(source, stage))] : []
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
  return piped(
    source,
    `summarize arg_${least ? 'min' : 'max'}(${name}${values})${further.map(({ text }) => `, ${text}`).join('')}${by}`,
    {
      fields: [...fieldsOf(keys), { name, type }, ...fieldsOf(given), ...further],
      isOrdered: false,
      rows: (rows, scope) => {
        const whole = (all: Rows): Row => [...best(all), ...further.map(({ of }) => of(all, scope))]
        if (keys.length === 0) return [whole(rows)]
        return groupRows(rows, (row) => keys.map((index) => cell(row, index))).map((group) => [...group.key, ...whole(group.rows)]) // prettier-ignore
      },
    },
  )
}

/** Rows that are alike in what they are ranked by must be alike, unless all of them are among the first or none. */
export const top: OperatorMaker = (query, stage) => {
  const { random } = stage.making
  const { query: source, name, at } = ranked(query, stage)
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

/** The groups of a column that come to most, and within each those of another one. */
export const topNested: OperatorMaker = (query, stage) => {
  const { random, fresh } = stage.making
  if (groupable(query).length === 0) return undefined
  const levels = random.some(groupable(query), 2).map((at) => {
    const value = stage.making.scalar(query.fields, 'long', stage.context, 1)
    return { at, name: fresh('v'), value, most: 1 + random.integer(3), column: query.fields[at] ?? { name: '', type: 'long' as const } } // prettier-ignore
  })
  const rowsOf = (rows: Rows, scope: Scope, level: number): Rows => {
    const wanted = levels[level]
    if (wanted === undefined) return [[]]
    const groups = groupRows(rows, (row) => [cell(row, wanted.at)])
      .map(({ key, rows: all }) => ({ key, all, sum: AGGREGATES.sum(all.map((row) => wanted.value.of(row, scope))) }))
      .sort((one, other) => compare(other.sum, one.sum))
    const [last, next] = [groups[wanted.most - 1], groups[wanted.most]]
    if (next !== undefined && last?.sum === next.sum) return open()
    return groups.slice(0, wanted.most).flatMap(({ key, all, sum }) => rowsOf(all, scope, level + 1).map((rest) => [...key, sum, ...rest])) // prettier-ignore
  }
  const texts = levels.map(({ column, name, value, most }) => `top-nested ${most} of ${column.name} by ${name} = coalesce(sum(${value.text}), 0)`) // prettier-ignore
  return piped(query, texts.join(', '), {
    fields: levels.flatMap(({ column, name }) => [column, { name, type: 'long' as const }]),
    isOrdered: false,
    rows: (rows, scope) => rowsOf(rows, scope, 0),
  })
}
