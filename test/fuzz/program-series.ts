/** make-series: what rows come to in each bin of an axis. */
import { ABSENT } from './program-expressions.ts'
import { indexesOf, literal, piped, someOf, type OperatorMaker, type Query, type Stage } from './program-parts.ts'
import { AGGREGATES } from './reference-aggregates.ts'
import { cell, groupRows, type Row, type Rows, type Scope } from './reference-interpreter.ts'
import { dateTicks, TICKS } from './reference-times.ts'
import { open, packed, type Type, type Value } from './reference-values.ts'

interface Axis {
  readonly type: Type
  readonly from: bigint
  readonly to: bigint
  readonly step: bigint
  readonly stepType: Type
}

const DAYS: Axis = { type: 'datetime', from: dateTicks(2020, 1, 1), to: dateTicks(2020, 1, 6), step: TICKS.day, stepType: 'timespan' } // prettier-ignore
/** The last bin may be cut. */
const AXES: readonly Axis[] = [
  { ...DAYS, from: dateTicks(2019, 12, 31) + TICKS.hour * 7n, step: TICKS.hour * 30n }, { ...DAYS, from: dateTicks(1969, 7, 1), to: dateTicks(2026, 1, 1), step: TICKS.day * 3650n },
  DAYS, { type: 'timespan', from: -TICKS.hour, to: TICKS.day * 3n, step: TICKS.day, stepType: 'timespan' },
  { type: 'long', from: -1n, to: 5n, step: 2n, stepType: 'long' }, { type: 'long', from: 0n, to: 3n, step: 1n, stepType: 'long' },
] // prettier-ignore

interface Series {
  readonly text: string
  readonly name: string
  readonly of: (rows: Rows, scope: Scope) => Value
}

function series(query: Query, { making, context }: Stage): Series {
  const { random } = making
  const name = making.fresh('o')
  const scalar = (type: Type) => making.scalar(query.fields, type, context, 1)
  const roll = random.next()
  const named = (text: string, of: (rows: Rows, scope: Scope) => Value, rest: Value, type: Type): Series => ({
    name,
    text: `${name} = ${text} default=${literal(rest, type)}`,
    of: (rows, scope) => packed(rows.length === 0 ? rest : of(rows, scope), type),
  })
  if (roll < 0.25) {
    const condition = scalar('bool')
    return named(`countif(${condition.text})`, (rows, scope) => AGGREGATES.countif(rows.map((row) => condition.of(row, scope))), -1n, 'long') // prettier-ignore
  }
  if (roll < 0.75) {
    const type = random.pick(['datetime', 'timespan', 'real', 'long'] as const)
    const value = scalar(type)
    const absent = ABSENT[type] ?? null
    const kind = random.pick(type === 'datetime' ? (['min', 'max'] as const) : (['min', 'sum', 'max'] as const))
    return named(`${kind}(coalesce(${value.text}, ${literal(absent, type)}))`, (rows, scope) => AGGREGATES[kind](rows.map((row) => value.of(row, scope) ?? absent), type), absent, type) // prettier-ignore
  }
  return named('count()', AGGREGATES.count as (rows: readonly unknown[]) => Value, 0n, 'long')
}

export const makeSeries: OperatorMaker = (query, stage) => {
  const { random } = stage.making
  const axes = query.fields.flatMap((field, index) => AXES.filter(({ type }) => type === field.type).map((axis) => ({ ...axis, index, name: field.name }))) // prettier-ignore
  if (axes.length === 0) return undefined
  const { index, name, type, from, to, step, stepType } = random.pick(axes)
  const keys = someOf(random, indexesOf(query.fields).filter((each) => each !== index && query.fields[each]?.type !== 'dynamic'), 0.3) // prettier-ignore
  const by = keys.flatMap((each) => query.fields[each] ?? [])
  const parts = Array.from({ length: 1 + random.integer(2) }, () => random.part(() => series(query, stage)))
  const bins = Array.from({ length: Number((to - from + step - 1n) / step) }, (_, at) => from + BigInt(at) * step)
  const inBin = (row: Row, start: bigint): boolean => {
    const at = cell(row, index)
    return typeof at === 'bigint' && at >= start && at < start + step && at < to
  }
  const ofGroup = (rows: Rows, scope: Scope): Row => {
    // No page says whether a group has a series when none of its rows is on the axis.
    if (!rows.some((row) => bins.some((start) => inBin(row, start)))) return open()
    const lists = parts.map(({ of }) => bins.map((start) => of(rows.filter((row) => inBin(row, start)), scope))) // prettier-ignore
    return [...lists, bins.map((start) => packed(start, type))]
  }
  const range = `on ${name} from ${literal(from, type)} to ${literal(to, type)} step ${literal(step, stepType)}`
  return piped(query, `make-series ${parts.map(({ text }) => text).join(', ')} ${range}${by.length === 0 ? '' : ` by ${by.map((each) => each.name).join(', ')}`}`, {
    fields: [...by, ...parts.map((part) => ({ name: part.name, type: 'dynamic' as const })), { name, type: 'dynamic' }],
    isOrdered: false,
    rows: (rows, scope) => groupRows(rows, (row) => keys.map((each) => cell(row, each))).map((group) => [...group.key, ...ofGroup(group.rows, scope)]),
  }) // prettier-ignore
}
