/** Operators that sort rows, and what depends on their order. */
import { anyValue, literal, piped, type OperatorMaker, type Query, type Scalar, type Stage } from './program-parts.ts'
import { cell, sortRows, type Row, type Rows, type Scope } from './reference-interpreter.ts'
import { TICKS } from './reference-times.ts'
import { compare, isExact, keyText, open, textOf, type Type, type Value } from './reference-values.ts'

/** By all columns, so that rows that are alike in them are alike; the column `first` upwards before the others. */
export function sort(query: Query, { making: { random } }: Stage, first?: number): Query {
  const keys = query.fields
    .map(({ name, type }, index) => ({
      text: type === 'dynamic' ? `tostring(${name})` : name,
      of: (row: Row) => (type === 'dynamic' ? textOf(cell(row, index), type) : cell(row, index)),
      place: index === first ? -1 : random.next(),
      isDescending: random.chance(0.5) && index !== first,
      isTold: random.chance(0.3),
    })) // prettier-ignore
    .sort((one, other) => one.place - other.place)
    .map((key) => ({ ...key, areNullsFirst: key.isTold === key.isDescending }))
  const texts = keys.map(({ text, isDescending, isTold, areNullsFirst }) => {
    const nulls = isTold ? ` nulls ${areNullsFirst ? 'first' : 'last'}` : ''
    return `${text}${isDescending ? (isTold ? ' desc' : '') : ' asc'}${nulls}`
  })
  return piped(query, `sort by ${texts.join(', ')}`, { isOrdered: true, rows: (rows) => settled(sortRows(rows, keys), keys) }) // prettier-ignore
}

/** Rows of which several are alike in the keys alone have no order: 1 and "1" in dynamics. */
function settled(rows: Rows, keys: readonly { readonly of: (row: Row) => Value }[]): Rows {
  const texts = rows.map((row) => keyText(keys.map(({ of }) => of(row))))
  const isOpen = rows.some((row, at) => at > 0 && texts[at] === texts[at - 1] && keyText(row) !== keyText(rows[at - 1] ?? [])) // prettier-ignore
  return isOpen ? open() : rows
}

/** What depends on the order of the rows. */
export const inOrder: OperatorMaker = (query, stage) => {
  const { random } = stage.making
  const sorted = query.isOrdered ? query : sort(query, stage)
  if (sorted === undefined) return undefined
  return random.pick([sessions, first, ranks, neighbour, neighbour, numbers, sums, numbers])(sorted, stage)
}

type Maker = (sorted: Query, stage: Stage) => Query | undefined

function added(sorted: Query, { making }: Stage, type: Type, text: string, valuesOf: (rows: Rows, scope: Scope) => Row): Query {
  const name = making.fresh('i')
  return piped(sorted, `${making.random.pick(['serialize', 'extend'])} ${name} = ${text}`, {
    fields: [...sorted.fields, { name, type }],
    rows: (rows, scope) => {
      const values = valuesOf(rows, scope)
      return rows.map((row, at) => [...row, cell(values, at)])
    },
  })
} // prettier-ignore

const first: Maker = (sorted, { making: { random } }) => {
  const most = random.integer(4)
  return piped(sorted, `take ${most}`, { rows: (rows) => rows.slice(0, most) })
}

const neighbour: Maker = (sorted, stage) => {
  const { random } = stage.making
  const at = random.integer(sorted.fields.length)
  const { name, type } = sorted.fields[at] ?? { name: '', type: 'long' }
  const distance = 1 + random.integer(2)
  const step = random.chance(0.5) ? -distance : distance
  const rest = anyValue(random, type)
  return added(sorted, stage, type, `${step < 0 ? 'prev' : 'next'}(${name}, ${distance}, ${literal(rest, type)})`, (rows) =>
    rows.map((_, index) => {
      const other = rows[index + step]
      return other === undefined ? rest : cell(other, at)
    }),
  )
} // prettier-ignore

/** Where the numbers or sums begin anew, perhaps. */
const restarting = ({ making, context }: Stage, sorted: Query): Scalar =>
  making.scalar(sorted.fields, 'bool', context, 1)

const numbers: Maker = (sorted, stage) => {
  if (stage.making.random.chance(0.3)) {
    return added(sorted, stage, 'long', 'row_number()', (rows) => rows.map((_, index) => BigInt(index + 1)))
  }
  const restart = restarting(stage, sorted)
  const start = BigInt(stage.making.random.integer(3))
  return added(sorted, stage, 'long', `row_number(${start}, coalesce(${restart.text}, false))`, (rows, scope) =>
    running<bigint>(rows, restart, scope, (before) => (before === undefined ? start : before + 1n)),
  )
}

const sums: Maker = (sorted, stage) => {
  const type = stage.making.random.pick(['real', 'long'] as const)
  const term = stage.making.scalar(sorted.fields, type, stage.context, 1)
  const restart = restarting(stage, sorted)
  const zero = type === 'real' ? 0 : 0n
  return added(sorted, stage, type, `row_cumsum(coalesce(${term.text}, ${type === 'real' ? '0.0' : literal(zero, type)}), coalesce(${restart.text}, false))`, (rows, scope) =>
    running<Value>(rows, restart, scope, (before, row) => {
      const [sum, value] = [before ?? zero, term.of(row, scope) ?? zero]
      if (typeof sum === 'bigint') return sum + (value as bigint)
      return isExact(Number(sum)) && isExact(Number(value)) ? Number(sum) + Number(value) : open()
    }),
  )
} // prettier-ignore

/** How many values there are up to the row's own, or rows before the first of its value. */
const ranks: Maker = (sorted, stage) => {
  const columns = sorted.fields.flatMap((field, at) => (field.type === 'dynamic' || field.type === 'bool' ? [] : [{ ...field, at }])) // prettier-ignore
  if (columns.length === 0) return undefined
  const { name, at } = stage.making.random.pick(columns)
  const isDense = stage.making.random.chance(0.5)
  const restart = restarting(stage, sorted)
  return added(sorted, stage, 'long', `row_rank_${isDense ? 'dense' : 'min'}(${name}, coalesce(${restart.text}, false))`, (rows, scope) => {
    let [rank, count] = [0n, 0n]
    return rows.map((row, index) => {
      const before = rows[index - 1]
      if (cell(row, at) === null) return open()
      if (before === undefined || restart.of(row, scope) === true) [rank, count] = [1n, 1n]
      else {
        count++
        if (compare(cell(before, at), cell(row, at)) !== 0) rank = isDense ? rank + 1n : count
      }
      return rank
    })
  })
} // prettier-ignore

/** The time at which the row's session began: it ends after a gap, or when it gets too long. */
const sessions: Maker = (sorted, stage) => {
  const columns = sorted.fields.flatMap((field, at) => (field.type === 'datetime' ? [{ ...field, at }] : []))
  if (columns.length === 0) return undefined
  const { name, at } = stage.making.random.pick(columns)
  const inTime = sort(
    piped(sorted, `where isnotnull(${name})`, { rows: (rows) => rows.filter((row) => cell(row, at) !== null) }),
    stage,
    at,
  )
  const [most, gap] = [TICKS.day * 400n, TICKS.day * BigInt(3 + stage.making.random.integer(200))]
  return inTime && added(inTime, stage, 'datetime', `row_window_session(${name}, ${literal(most, 'timespan')}, ${literal(gap, 'timespan')})`, (rows) => {
    let [begin, before]: (bigint | undefined)[] = []
    return rows.map((row) => {
      const time = cell(row, at) as bigint
      if (begin === undefined || before === undefined || time - begin > most || time - before > gap) begin = time
      before = time
      return begin
    })
  })
} // prettier-ignore

function running<T>(rows: Rows, restart: Scalar, scope: Scope, of: (before: T | undefined, row: Row) => T): T[] {
  const values: T[] = []
  for (const [index, row] of rows.entries()) {
    values.push(of(index > 0 && restart.of(row, scope) !== true ? values[index - 1] : undefined, row))
  }
  return values
}
