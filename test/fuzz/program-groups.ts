/** Operators that make one row of several. */
import { aggregate } from './program-aggregates.ts'
import { ABSENT } from './program-expressions.ts'
import { indexesOf, literal, piped, someOf, type OperatorMaker, type Query } from './program-parts.ts'
import { cell, distinctRows, groupRows, type Field, type Row, type Rows, type Scope } from './reference-interpreter.ts'
import type { Value } from './reference-values.ts'

/** Those that rows may be grouped by. */
export const groupable = ({ fields }: Query): number[] =>
  indexesOf(fields).filter((index) => fields[index]?.type !== 'dynamic')

interface Key extends Field {
  readonly text: string
  readonly of: (row: Row, scope: Scope) => Value
}

const COMPUTED = ['timespan', 'datetime', 'real', 'int', 'bool', 'string', 'long'] as const

/** By columns, by what is computed of them, or by nothing. */
export const summarize: OperatorMaker = (query, stage) => {
  const { random, fresh, scalar } = stage.making
  const columns = someOf(random, groupable(query), 0.4).flatMap((index) => {
    const field = query.fields[index]
    return field === undefined ? [] : [{ ...field, index }]
  })
  const keys: Key[] = columns.map((field) => ({ ...field, text: field.name, of: (row) => cell(row, field.index) }))
  if (random.chance(0.2)) {
    const name = fresh('key')
    const { text, type, of } = scalar(query.fields, random.pick(COMPUTED), stage.context, 1)
    keys.push({ name, type, text: `${name} = ${text}`, of })
  }
  if (random.chance(0.1)) {
    const name = fresh('key')
    const { text, of } = scalar(query.fields, 'long', stage.context, 1)
    keys.push({ name, type: 'long', text: `${name} = bin(${text}, 3)`, of: (row, scope) => binned(of(row, scope)) })
  }
  const aggregates = Array.from({ length: 1 + random.integer(2) }, () => random.part(() => aggregate(query, stage)))
  const by = keys.length > 0 ? ` by ${keys.map(({ text }) => text).join(', ')}` : ''
  const whole = (rows: Rows, scope: Scope): Row => aggregates.map(({ of }) => of(rows, scope))
  return piped(query, `summarize ${aggregates.map(({ text }) => text).join(', ')}${by}`, {
    fields: [...keys, ...aggregates].map(({ name, type }) => ({ name, type })),
    isOrdered: false,
    rows: (rows, scope) =>
      keys.length === 0
        ? [whole(rows, scope)]
        : groupRows(rows, (row) => keys.map(({ of }) => of(row, scope))).map((group) => [...group.key, ...whole(group.rows, scope)]), // prettier-ignore
  })
}

const binned = (value: Value): Value => (typeof value === 'bigint' ? value - (((value % 3n) + 3n) % 3n) : null)

export const distinct: OperatorMaker = (query, { making: { random } }) => {
  const indexes = someOf(random, groupable(query), 0.5)
  if (indexes.length === 0 && groupable(query).length < query.fields.length) return undefined
  if (indexes.length === 0) return piped(query, 'distinct *', { isOrdered: false, rows: distinctRows })
  const fields = indexes.flatMap((index) => query.fields[index] ?? [])
  return piped(query, `distinct ${fields.map(({ name }) => name).join(', ')}`, {
    fields,
    isOrdered: false,
    rows: (rows) => distinctRows(rows.map((row) => indexes.map((index) => cell(row, index)))),
  })
}

/** The values of each group as a list, and then one row for each of them. */
export const gather: OperatorMaker = (query, stage) => {
  const { random, fresh, scalar } = stage.making
  const type = random.pick(['timespan', 'datetime', 'real', 'int', 'string', 'long'] as const)
  const value = scalar(query.fields, type, stage.context, 1)
  const indexes = someOf(random, groupable(query), 0.4)
  const fields = indexes.flatMap((index) => query.fields[index] ?? [])
  if (fields.length === 0) return undefined
  const name = fresh('l')
  const rest = ABSENT[type] ?? null
  const list = `${name} = make_list(${type === 'string' ? value.text : `coalesce(${value.text}, ${literal(rest, type)})`}) by ${fields.map((field) => field.name).join(', ')}` // prettier-ignore
  const keyOf = (row: Row): Row => indexes.map((index) => cell(row, index))
  return piped(query, `summarize ${list} | mv-expand ${name} to typeof(${type})`, {
    fields: [...fields, { name, type }],
    isOrdered: false,
    rows: (rows, scope) => rows.map((row) => [...keyOf(row), value.of(row, scope) ?? rest]),
  })
}

export const count: OperatorMaker = (query) =>
  piped(query, 'count', {
    fields: [{ name: 'Count', type: 'long' }],
    isOrdered: false,
    rows: (rows) => [[BigInt(rows.length)]],
  })

/** What the columns are, as rows; a partition takes it not. */
export const schema: OperatorMaker = (query, { depth }) => {
  if (depth < 1) return undefined
  return piped(query, 'getschema | project ColumnName, ColumnType', {
    fields: [
      { name: 'ColumnName', type: 'string' },
      { name: 'ColumnType', type: 'string' },
    ],
    isOrdered: false,
    rows: () => query.fields.map(({ name, type }) => [name, type]),
  })
}
