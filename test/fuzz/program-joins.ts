/** Operators that take the rows of several queries, and functions that take a query. */
import {
  anyValue, literal, piped, remembered, type OperatorMaker, type Query, type Stage,
} from './program-parts.ts' // prettier-ignore
import {
  cell, distinctRows, joinedNames, joinRows, JOIN_KINDS, unionFields, type Field, type Row, type Scope,
} from './reference-interpreter.ts' // prettier-ignore
import { missing } from './reference-values.ts'

interface Pair {
  readonly left: number
  readonly right: number
  readonly text: string
}

/** One or two columns of each side that are to be equal; `turned` is how likely the right one is named first. */
function pairsOf(left: readonly Field[], right: readonly Field[], { making: { random } }: Stage, turned = 0): readonly Pair[] {
  const pairs = left.flatMap((one, at) =>
    right.flatMap((other, index): Pair[] =>
      one.type === other.type && one.type !== 'dynamic'
        ? [{ left: at, right: index, text: equal(one.name, other.name, random.chance(turned)) }]
        : [],
    ),
  ) // prettier-ignore
  const named = pairs.filter((pair) => left[pair.left]?.name === right[pair.right]?.name)
  if (pairs.length === 0) return []
  const first =
    named.length > 0 && random.chance(0.6) ? byName(random.pick(named), left) : random.pick(pairs)
  const second = random.chance(0.2) ? random.pick(pairs) : first
  return second.left === first.left || second.right === first.right ? [first] : [first, second]
} // prettier-ignore

const equal = (left: string, right: string, isTurned: boolean): string =>
  isTurned ? `$right.${right} == $left.${left}` : `$left.${left} == $right.${right}`

const byName = (pair: Pair, fields: readonly Field[]): Pair => ({ ...pair, text: fields[pair.left]?.name ?? '' })

const another = ({ making, context, depth }: Stage): Query =>
  making.random.part(() => making.query({ ...context, depth: context.depth + 1 }, depth - 1))

/** Other names of a kind. */
const CALLED: Partial<Record<(typeof JOIN_KINDS)[number], readonly string[]>> = {
  leftanti: ['anti', 'leftantisemi'],
  rightanti: ['rightantisemi'],
}

export const join: OperatorMaker = (query, stage) => {
  if (stage.depth < 1) return undefined
  const { random } = stage.making
  const right = another(stage)
  const pairs = pairsOf(query.fields, right.fields, stage, 0.2)
  if (pairs.length === 0) return undefined
  const on = pairs.map(({ text }) => text).join(', ')
  if (random.chance(0.15)) return innerUnique(query, right, pairs, random.chance(0.5) ? 'kind=innerunique ' : '')
  const kind = random.pick(JOIN_KINDS)
  const fields = /semi|anti/.test(kind)
    ? (kind.startsWith('left') ? query : right).fields
    : [...query.fields, ...joinedNames(query.fields, right.fields)]
  const called = random.chance(0.2) ? random.pick(CALLED[kind] ?? [kind]) : kind
  const hint = random.chance(0.1) ? `hint.strategy=${random.pick(['shuffle', 'broadcast'])} ` : ''
  return piped(query, `join kind=${called} ${hint}(${right.text}) on ${on}`, {
    fields,
    isOrdered: false,
    rows: (rows, scope) =>
      joinRows(kind, { rows, fields: query.fields, keys: pairs.map(({ left }) => left) }, { rows: right.rows(scope), fields: right.fields, keys: pairs.map((pair) => pair.right) }), // prettier-ignore
  })
}

/** Which of the rows of a key it takes is open, unless a key is all that they have. */
function innerUnique(query: Query, right: Query, pairs: readonly Pair[], kind: string): Query {
  const keys = pairs.map(({ left }) => left)
  const fields = keys.flatMap((index) => query.fields[index] ?? [])
  const left = piped(query, `distinct ${fields.map(({ name }) => name).join(', ')}`, {
    fields,
    isOrdered: false,
    rows: (rows) => distinctRows(rows.map((row) => keys.map((index) => cell(row, index)))),
  })
  return piped(left, `join ${kind}(${right.text}) on ${pairs.map(({ text }) => text).join(', ')}`, {
    fields: [...fields, ...joinedNames(fields, right.fields)],
    rows: (rows, scope) =>
      joinRows('inner', { rows, fields, keys: keys.map((_, at) => at) }, { rows: right.rows(scope), fields: right.fields, keys: pairs.map((pair) => pair.right) }), // prettier-ignore
  })
}

/** As a join, without the keys of the right side. */
export const lookup: OperatorMaker = (query, stage) => {
  if (stage.depth < 1) return undefined
  const right = another(stage)
  const pairs = pairsOf(query.fields, right.fields, stage)
  if (pairs.length === 0) return undefined
  const kind = stage.making.random.pick(['inner', 'leftouter'] as const)
  const told = kind === 'inner' || stage.making.random.chance(0.5) ? `kind=${kind} ` : ''
  const kept = right.fields.flatMap((_, index) => (pairs.some((pair) => pair.right === index) ? [] : [index]))
  const width = query.fields.length
  return piped(query, `lookup ${told}(${right.text}) on ${pairs.map(({ text }) => text).join(', ')}`, {
    fields: [...query.fields, ...joinedNames(query.fields, kept.flatMap((index) => right.fields[index] ?? []))], // prettier-ignore
    isOrdered: false,
    rows: (rows, scope) =>
      joinRows(kind, { rows, fields: query.fields, keys: pairs.map(({ left }) => left) }, { rows: right.rows(scope), fields: right.fields, keys: pairs.map((pair) => pair.right) }) // prettier-ignore
        .map((row) => [...row.slice(0, width), ...kept.map((index) => cell(row, width + index))]),
  })
}

export const union: OperatorMaker = (query, stage) => {
  if (stage.depth < 1) return undefined
  const { random } = stage.making
  const others = Array.from({ length: 1 + random.integer(2) }, () => another(stage))
  const legs = [query, ...others]
  const all = unionFields(legs.map(({ fields }) => fields))
  if (new Set(all.map(({ name }) => name)).size < all.length) return undefined
  const isIn = (leg: Query, { from, type }: { readonly from: string; readonly type: Field['type'] }): number =>
    leg.fields.findIndex((field) => field.name === from && field.type === type)
  const common = all.filter((field) => legs.every((leg) => isIn(leg, field) >= 0))
  // Of a name of several types, no page tells which they have in common.
  const isInner = common.length > 0 && all.every(({ name, from }) => name === from) && random.chance(0.2)
  const fields = isInner ? common : all
  const kind = isInner ? 'kind=inner ' : ''
  const bracketed = (queries: readonly Query[]): string => queries.map(({ text }) => `(${text})`).join(', ')
  const rows = (scope: Scope): readonly Row[] =>
    legs.flatMap((leg) => {
      const places = fields.map((field) => ({ at: isIn(leg, field), rest: missing(field.type) }))
      return leg.rows(scope).map((row) => places.map(({ at, rest }) => (at < 0 ? rest : cell(row, at))))
    })
  return {
    text: random.chance(0.5) ? `union ${kind}${bracketed(legs)}` : `${query.text} | union ${kind}${bracketed(others)}`,
    fields: fields.map(({ name, type }) => ({ name, type })),
    rows: remembered(rows),
    isOrdered: false,
  }
}

/** A name for the rows so far, which the next operator may read again. */
export const named: OperatorMaker = (query, stage) => {
  if (stage.depth < 1 || query.text.includes(' as ')) return undefined
  const name = stage.making.fresh('Z')
  const hint = stage.making.random.chance(0.2) ? 'hint.materialized=true ' : ''
  const itself: Query = { ...query, text: name, isOrdered: false }
  const context = { ...stage.context, tables: [...stage.context.tables, itself, itself] }
  return stage.making.operator({ ...query, text: `${query.text} | as ${hint}${name}` }, { ...stage, context })
}

export const invoke: OperatorMaker = (query, { making: { random }, context }) => {
  const fitting = context.tableFunctions.filter(({ takes }) =>
    takes.every((field) => query.fields.some(({ name, type }) => name === field.name && type === field.type)),
  )
  if (fitting.length === 0) return undefined
  const { name, takes, parameters, fields, of } = random.pick(fitting)
  const values = parameters.map((type) => anyValue(random, type))
  const texts = values.map((value, index) => literal(value, parameters[index] ?? 'long'))
  const places = takes.map((field) => query.fields.findIndex((each) => each.name === field.name))
  const given = `${query.text} | project ${takes.map((field) => field.name).join(', ')}`
  const isCall = random.chance(0.5)
  return {
    text: isCall ? `${name}(${[`(${given})`, ...texts].join(', ')})` : `${given} | invoke ${name}(${texts.join(', ')})`,
    fields,
    rows: remembered((scope) => of(query.rows(scope).map((row) => places.map((index) => cell(row, index))), values, scope)), // prettier-ignore
    isOrdered: false,
  }
}
