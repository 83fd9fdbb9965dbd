/** Operators that make one row of several. */
import { indexesOf, piped, someOf, type OperatorMaker, type Query, type Stage } from './program-parts.ts'
import {
  AGGREGATES, cell, compare, distinctRows, groupRows, missing, sortRows, type Field, type Row, type Rows, type Scope, type Value,
} from './reference-interpreter.ts' // prettier-ignore

interface Aggregate extends Field {
  readonly text: string
  readonly of: (rows: Rows, scope: Scope) => Value
}

type Kind = 'set' | 'list' | 'distinct' | 'sumif' | 'sum' | 'countif' | 'extreme' | 'count'
const KINDS: readonly Kind[] = ['set', 'list', 'distinct', 'sumif', 'sum', 'countif', 'extreme', 'count']

function aggregate(query: Query, { making, context }: Stage): Aggregate {
  const { random } = making
  const name = making.fresh('a')
  const kind = random.pick(KINDS)
  const scalar = (type: Field['type']) => making.scalar(query.fields, type, context, 1)
  const as = (type: Field['type'], text: string, of: Aggregate['of']): Aggregate => ({ name, type, text: `${name} = ${text}`, of }) // prettier-ignore
  if (kind === 'countif') {
    const condition = scalar('bool')
    return as('long', `countif(${condition.text})`, (rows, scope) => AGGREGATES.countif(rows.map((row) => condition.of(row, scope)))) // prettier-ignore
  }
  if (kind === 'sum') {
    const value = scalar('long')
    return as('long', `coalesce(sum(${value.text}), 0)`, (rows, scope) => AGGREGATES.sum(rows.map((row) => value.of(row, scope)))) // prettier-ignore
  }
  if (kind === 'sumif') {
    const [value, condition] = [scalar('long'), scalar('bool')]
    return as('long', `coalesce(sumif(${value.text}, ${condition.text}), 0)`, (rows, scope) =>
      AGGREGATES.sum(rows.filter((row) => condition.of(row, scope) === true).map((row) => value.of(row, scope))),
    )
  }
  if (kind === 'count') return as('long', 'count()', AGGREGATES.count as (rows: readonly unknown[]) => Value)
  const type = random.pick(['string', 'long'] as const)
  const value = scalar(type)
  const values = (rows: Rows, scope: Scope): Row => rows.map((row) => value.of(row, scope))
  if (kind === 'distinct') {
    const text = type === 'long' ? `coalesce(${value.text}, -99)` : value.text
    return as('long', `${random.pick(['count_distinct', 'dcount'])}(${text})`, (rows, scope) => AGGREGATES.distinct(values(rows, scope).map((each) => each ?? -99n))) // prettier-ignore
  }
  if (kind === 'extreme') {
    const least = random.chance(0.5)
    return as(type, `${least ? 'min' : 'max'}(${value.text})`, (rows, scope) => (least ? AGGREGATES.min : AGGREGATES.max)(values(rows, scope), type)) // prettier-ignore
  }
  if (kind === 'set') return as('string', `strcat_array(array_sort_asc(make_set(${value.text})), ",")`, (rows, scope) => AGGREGATES.set(values(rows, scope))) // prettier-ignore
  return query.isOrdered
    ? as('string', `strcat_array(make_list(${value.text}), ",")`, (rows, scope) => AGGREGATES.list(values(rows, scope))) // prettier-ignore
    : as('string', `strcat_array(array_sort_asc(make_list(${value.text})), ",")`, (rows, scope) => AGGREGATES.sorted(values(rows, scope))) // prettier-ignore
}

interface Key extends Field {
  readonly text: string
  readonly of: (row: Row, scope: Scope) => Value
}

/** By columns, by what is computed of them, or by nothing. */
export const summarize: OperatorMaker = (query, stage) => {
  const { random, fresh, scalar } = stage.making
  const columns = someOf(random, query.fields.map((field, index) => ({ ...field, index })), 0.4) // prettier-ignore
  const keys: Key[] = columns.map((field) => ({ ...field, text: field.name, of: (row) => cell(row, field.index) }))
  if (random.chance(0.2)) {
    const name = fresh('key')
    const { text, type, of } = scalar(query.fields, random.pick(['bool', 'string', 'long']), stage.context, 1)
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
  const indexes = someOf(random, indexesOf(query.fields), 0.5)
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
  const type = random.pick(['string', 'long'] as const)
  const value = scalar(query.fields, type, stage.context, 1)
  const indexes = someOf(random, indexesOf(query.fields), 0.4)
  const fields = indexes.flatMap((index) => query.fields[index] ?? [])
  if (fields.length === 0) return undefined
  const name = fresh('l')
  const rest = type === 'long' ? -99n : ''
  const list = `${name} = make_list(${type === 'long' ? `coalesce(${value.text}, ${rest})` : value.text}) by ${fields.map((field) => field.name).join(', ')}` // prettier-ignore
  const keyOf = (row: Row): Row => indexes.map((index) => cell(row, index))
  return piped(query, `summarize ${list} | mv-expand ${name} to typeof(${type})`, {
    fields: [...fields, { name, type }],
    isOrdered: false,
    rows: (rows, scope) => rows.map((row) => [...keyOf(row), value.of(row, scope) ?? rest]),
  })
}

/** Rows with a number of their own, so that there is one greatest and one least. */
function numbered(query: Query, { making }: Stage): { readonly query: Query; readonly name: string } {
  const name = making.fresh('u')
  const keys = indexesOf(query.fields).map((index) => ({ index, isDescending: false, areNullsFirst: true }))
  return {
    name,
    query: piped(query, `sort by ${query.fields.map((field) => `${field.name} asc`).join(', ')} | extend ${name} = row_number()`, {
      fields: [...query.fields, { name, type: 'long' }],
      isOrdered: true,
      rows: (rows) => sortRows(rows, keys).map((row, at) => [...row, BigInt(at + 1)]),
    }), // prettier-ignore
  }
}

/** The row of the greatest or the least number, of all rows or of each group, whole or some columns of it. */
export const extremeRow: OperatorMaker = (query, stage) => {
  const { random } = stage.making
  const { query: source, name } = numbered(query, stage)
  const number = query.fields.length
  const keys = someOf(random, indexesOf(query.fields), 0.3)
  const others = indexesOf(query.fields).filter((index) => !keys.includes(index))
  const least = random.chance(0.5)
  const given = random.chance(0.5) ? others : someOf(random, others, 0.5)
  const fieldsOf = (indexes: readonly number[]): Field[] => indexes.flatMap((index) => query.fields[index] ?? [])
  const whole = given.length === others.length && random.chance(0.7)
  const values = whole ? ', *' : fieldsOf(given).map((field) => `, ${field.name}`).join('') // prettier-ignore
  const by = keys.length > 0 ? ` by ${fieldsOf(keys).map((field) => field.name).join(', ')}` : '' // prettier-ignore
  const best = (rows: Rows): Row => {
    const sorted = [...rows].sort((one, other) => compare(cell(one, number), cell(other, number)))
    const row = sorted.at(least ? 0 : -1)
    return row === undefined
      ? [null, ...fieldsOf(given).map(({ type }) => missing(type))]
      : [cell(row, number), ...given.map((index) => cell(row, index))]
  }
  return piped(source, `summarize arg_${least ? 'min' : 'max'}(${name}${values})${by}`, {
    fields: [...fieldsOf(keys), { name, type: 'long' }, ...fieldsOf(given)],
    isOrdered: false,
    rows: (rows) =>
      keys.length === 0
        ? [best(rows)]
        : groupRows(rows, (row) => keys.map((index) => cell(row, index))).map((group) => [...group.key, ...best(group.rows)]), // prettier-ignore
  })
}

export const top: OperatorMaker = (query, stage) => {
  const { random } = stage.making
  const { query: source, name } = numbered(query, stage)
  const most = random.integer(4)
  const isDescending = random.chance(0.5)
  const keys = [{ index: query.fields.length, isDescending, areNullsFirst: false }]
  return piped(source, `top ${most} by ${name}${isDescending ? '' : ' asc'}`, {
    isOrdered: true,
    rows: (rows) => sortRows(rows, keys).slice(0, most),
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
