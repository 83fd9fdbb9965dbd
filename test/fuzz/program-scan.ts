/** scan: sums that go from row to row, and sequences of two steps. */
import { literal, piped, type OperatorMaker, type Query, type Scalar, type Stage } from './program-parts.ts'
import { sort } from './program-order.ts'
import { cell, type Field, type Row, type Rows, type Scope } from './reference-interpreter.ts'
import { missing, open, textOf, type Type, type Value } from './reference-values.ts'

export const scan: OperatorMaker = (query, stage) => {
  const sorted = query.isOrdered ? query : sort(query, stage)
  return stage.making.random.chance(0.5) ? twoSteps(sorted, stage) : oneStep(sorted, stage)
}

interface Carried {
  readonly type: Type
  readonly start: Value
  readonly next: (before: string, value: string) => string
  readonly of: (before: Value, value: Value) => Value
}
const absentAs = (value: Value, rest: bigint): bigint => (value ?? rest) as bigint
const CARRIED: readonly Carried[] = [
  { type: 'string', start: '', next: (before, value) => `strcat(${before}, ${value}, ".")`, of: (before, value) => textOf(before, 'string') + textOf(value, 'string') + '.' },
  { type: 'datetime', start: null, next: (before, value) => `coalesce(${value}, ${before})`, of: (before, value) => value ?? before },
  { type: 'timespan', start: 0n, next: (before, value) => `(${before} + coalesce(${value}, 1h))`, of: (before, value) => absentAs(before, 0n) + absentAs(value, 36_000_000_000n) },
  { type: 'bool', start: false, next: (before, value) => `iff(coalesce(${value}, false), not(${before}), ${before})`, of: (before, value) => (value === true ? before !== true : before) },
  { type: 'long', start: 0n, next: (before, value) => `(${before} + coalesce(${value}, 0))`, of: (before, value) => absentAs(before, 0n) + absentAs(value, 0n) },
] // prettier-ignore

/** Rows that do not meet the condition are left out, and leave what is carried as it is. */
function oneStep(query: Query, stage: Stage): Query {
  const { making, context } = stage
  const { random } = making
  const [name, step] = [making.fresh('g'), making.fresh('st')]
  const { type, start, next, of } = random.pick(CARRIED)
  const value = making.scalar(query.fields, type, context, 1)
  const condition = random.chance(0.5) ? making.scalar(query.fields, 'bool', context, 1) : undefined
  const declared = `${name}:${type}${start === null ? '' : ` = ${literal(start, type)}`}`
  const isMet = condition === undefined ? 'true' : `coalesce(${condition.text}, false)`
  return piped(query, `scan declare (${declared}) with (step ${step}: ${isMet} => ${name} = ${next(`${step}.${name}`, value.text)};)`, {
    fields: [...query.fields, { name, type }],
    isOrdered: false,
    rows: (rows, scope) => {
      let carried = start
      return rows.flatMap((row) => {
        if (condition !== undefined && condition.of(row, scope) !== true) return []
        carried = of(carried, value.of(row, scope))
        return [[...row, carried]]
      })
    },
  }) // prettier-ignore
}

/** A row that has come to a step, the number of its sequence, and the row that the first step had before it. */
interface State {
  readonly match: bigint
  readonly row: Row
  readonly before?: Row
}

function twoSteps(query: Query, { making, context }: Stage): Query {
  const [match, first, second] = [making.fresh('g'), making.fresh('st'), making.fresh('st')]
  const conditions = [0, 1].map(() => making.scalar(query.fields, 'bool', context, 1))
  const at = making.random.integer(query.fields.length)
  const field: Field = query.fields[at] ?? { name: '', type: 'long' }
  const taken = making.fresh('g')
  const [one, other] = conditions.map(({ text }) => `coalesce(${text}, false)`)
  const isTaking = making.random.chance(0.6) && field.type !== 'dynamic'
  const declare = isTaking ? ` declare (${taken}:${field.type})` : ''
  const assigned = isTaking ? ` => ${taken} = ${first}.${field.name}` : ''
  return piped(query, `scan with_match_id=${match}${declare} with (step ${first}: ${one}; step ${second}: ${other}${assigned};)`, {
    fields: [...query.fields, ...(isTaking ? [{ name: taken, type: field.type }] : []), { name: match, type: 'long' }],
    isOrdered: false,
    rows: (rows, scope) =>
      matches(rows, scope, conditions).map(({ row, match: number, before }) => [
        ...row, ...(isTaking ? [before === undefined ? missing(field.type) : cell(before, at)] : []), number,
      ]),
  }) // prettier-ignore
}

/** Against the last step first: by what the step before has, which moves on, or else by what the step itself has. */
function matches(rows: Rows, scope: Scope, conditions: readonly Scalar[]): State[] {
  const [isFirst, isSecond] = conditions.map(
    ({ of }) =>
      (row: Row) =>
        of(row, scope) === true,
  )
  if (isFirst === undefined || isSecond === undefined) return open()
  const found: State[] = []
  let [first, second, count]: [State | undefined, State | undefined, bigint] = [undefined, undefined, 0n]
  for (const row of rows) {
    const moving: State | undefined = first === undefined ? second : { ...first, before: first.row }
    if (moving !== undefined && isSecond(row)) {
      second = { ...moving, row }
      first = undefined
      found.push(second)
    }
    if (isFirst(row)) {
      first = { row, match: first === undefined ? count++ : first.match }
      found.push(first)
    }
  }
  return found
}
