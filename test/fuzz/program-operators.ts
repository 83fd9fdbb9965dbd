/** Operators that take row for row, or the elements of arrays that are made of it. */
import {
  indexesOf, piped, someOf, type OperatorMaker, type Query, type Stage,
} from './program-parts.ts' // prettier-ignore
import { AGGREGATES } from './reference-aggregates.ts'
import { cell, groupRows, sortRows, type Field, type Row, type Rows, type Scope } from './reference-interpreter.ts'
import { missing, TYPES } from './reference-values.ts'

const scalar = ({ making, context }: Stage, fields: readonly Field[], type = making.random.pick(TYPES), depth = 2) =>
  making.scalar(fields, type, context, depth)
const cells = (indexes: readonly number[], row: Row): Row => indexes.map((index) => cell(row, index))
const namesOf = (fields: readonly Field[]): string => fields.map(({ name }) => name).join(', ')
const chosen = (query: Query, indexes: readonly number[]): readonly Field[] =>
  indexes.flatMap((index) => query.fields[index] ?? [])

export const where: OperatorMaker = (query, stage) => {
  const condition = scalar(stage, query.fields, 'bool')
  return piped(query, `where ${condition.text}`, {
    rows: (rows, scope) => rows.filter((row) => condition.of(row, scope) === true),
  })
}

/** One or two columns, each of which may replace one of the rows; all see the row before. */
export const extend: OperatorMaker = (query, stage) => {
  const { random, fresh } = stage.making
  const added = Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => ({
    name: random.chance(0.3) ? random.pick(query.fields).name : fresh('e'),
    value: random.part(() => scalar(stage, query.fields)),
  }))
  if (added[0]?.name === added[1]?.name) return undefined
  const fields = [...query.fields]
  const places = added.map(({ name, value: { type } }) => {
    const index = fields.findIndex((field) => field.name === name)
    if (index < 0) return fields.push({ name, type }) - 1
    fields[index] = { name, type }
    return index
  })
  return piped(query, `extend ${added.map(({ name, value }) => `${name} = ${value.text}`).join(', ')}`, {
    fields,
    rows: (rows, scope) => rows.map((row) => placed(row, places, added.map(({ value }) => value.of(row, scope)))), // prettier-ignore
  })
}

function placed(row: Row, places: readonly number[], values: Row): Row {
  const changed = [...row]
  for (const [at, place] of places.entries()) changed[place] = cell(values, at)
  return changed
}

export const project: OperatorMaker = (query, stage) => {
  const { random, fresh } = stage.making
  const kept = someOf(random, indexesOf(query.fields), 0.6)
  const indexes = random.chance(0.3) ? [...kept].reverse() : kept
  const value = scalar(stage, query.fields, undefined, 1)
  const name = fresh('q')
  const fields = chosen(query, indexes)
  return piped(query, `project ${[...fields.map((field) => field.name), `${name} = ${value.text}`].join(', ')}`, {
    fields: [...fields, { name, type: value.type }],
    rows: (rows, scope) => rows.map((row) => [...cells(indexes, row), value.of(row, scope)]),
  })
}

/** Columns left out, kept, moved to the front, or of another name. */
export const choose: OperatorMaker = (query, { making: { random, fresh } }) => {
  const one = random.integer(query.fields.length)
  const others = indexesOf(query.fields).filter((index) => index !== one)
  const name = query.fields[one]?.name ?? ''
  const only = (operator: string, indexes: readonly number[]): Query =>
    piped(query, operator, { fields: chosen(query, indexes), rows: (rows) => rows.map((row) => cells(indexes, row)) })
  const roll = random.next()
  if (roll < 0.3) return only(`project-reorder ${name}`, [one, ...others])
  if (roll < 0.5) {
    const renamed = fresh('n')
    return piped(query, `project-rename ${renamed} = ${name}`, {
      fields: query.fields.map((field, index) => (index === one ? { ...field, name: renamed } : field)),
      rows: (rows) => rows,
    })
  }
  if (others.length === 0) return undefined
  return roll < 0.7 ? only(`project-keep ${namesOf(chosen(query, others))}`, others) : only(`project-away ${name}`, others) // prettier-ignore
}

/** Each row twice or thrice, with the elements of arrays that are made of it; one that has fewer has nulls. */
export const expand: OperatorMaker = (query, stage) => {
  const { random, fresh } = stage.making
  const arrays = Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => {
    const type = random.pick(TYPES)
    const length = 2 + random.integer(2)
    return { name: fresh('m'), type, elements: Array.from({ length }, () => scalar(stage, query.fields, type, 1)) }
  })
  const index = random.chance(0.2) ? [{ name: fresh('x'), type: 'long' as const }] : []
  const most = Math.max(...arrays.map(({ elements }) => elements.length))
  const texts = arrays.map(({ name, type, elements }) => `${name} = pack_array(${elements.map(({ text }) => text).join(', ')}) to typeof(${type})`) // prettier-ignore
  const elementsAt = (row: Row, at: number, scope: Scope): Row =>
    arrays.map(({ type, elements }) => elements[at]?.of(row, scope) ?? missing(type))
  return piped(query, `mv-expand ${index.map(({ name }) => `with_itemindex=${name} `).join('')}${texts.join(', ')}`, {
    fields: [...query.fields, ...arrays, ...index],
    rows: (rows, scope) =>
      rows.flatMap(
        (row) =>
        Array.from({ length: most }, (_, at) => [...row, ...elementsAt(row, at, scope), ...index.map(() => BigInt(at))]), // prettier-ignore
      ),
  })
}

/** Conditions on the elements of an array of two, or what they come to. */
export const apply: OperatorMaker = (query, stage) => {
  const { making, context } = stage
  const elements = [0, 1].map(() => scalar(stage, query.fields, 'long', 1))
  const name = making.fresh('y')
  const fields: readonly Field[] = [...query.fields, { name, type: 'long' }]
  const condition = making.scalar(fields, 'bool', { ...context, depth: 9 }, 1)
  const head = `mv-apply ${name} = pack_array(${elements.map(({ text }) => text).join(', ')}) to typeof(long) on`
  const expanded = (row: Row, scope: Scope): Rows => elements.map((element) => [...row, element.of(row, scope)])
  const holding = (row: Row, scope: Scope): Rows =>
    expanded(row, scope).filter((each) => condition.of(each, scope) === true)
  if (making.random.chance(0.5)) {
    const rows = (all: Rows, scope: Scope): Rows => all.flatMap((row) => holding(row, scope))
    return piped(query, `${head} (where ${condition.text})`, { fields, rows })
  }
  if (making.random.chance(0.5)) return applyInOrder(query, stage, { name, head, expanded })
  const [count, sum] = [making.fresh('z'), making.fresh('z')]
  return piped(query, `${head} (summarize ${count} = countif(${condition.text}), ${sum} = coalesce(sum(${name}), 0))`, {
    fields: [...query.fields, { name: count, type: 'long' }, { name: sum, type: 'long' }],
    rows: (rows, scope) =>
      rows.map((row) => [
        ...row,
        BigInt(holding(row, scope).length),
        elements.reduce((total, element) => total + ((element.of(row, scope) ?? 0n) as bigint), 0n),
      ]),
  })
}

interface Elements {
  readonly name: string
  readonly head: string
  readonly expanded: (row: Row, scope: Scope) => Rows
}

/** The elements of each row sorted, of which equal ones are alike: numbered, the first alone, or one after the other in a text. */
function applyInOrder(query: Query, { making }: Stage, { name, head, expanded }: Elements): Query {
  const isDescending = making.random.chance(0.5)
  const at = query.fields.length
  const sorted = (row: Row, scope: Scope): Rows =>
    sortRows(expanded(row, scope), [{ of: (each) => cell(each, at), isDescending, areNullsFirst: !isDescending }])
  const fields: readonly Field[] = [...query.fields, { name, type: 'long' }]
  const order = `${name} ${isDescending ? 'desc' : 'asc'}`
  const added = making.fresh('z')
  const roll = making.random.next()
  if (roll < 0.3) {
    const rows = (all: Rows, scope: Scope): Rows => all.flatMap((row) => sorted(row, scope).slice(0, 1))
    return piped(query, `${head} (top 1 by ${order})`, { fields, rows })
  }
  if (roll < 0.6) {
    return piped(query, `${head} (sort by ${order} | extend ${added} = row_number())`, {
      fields: [...fields, { name: added, type: 'long' }],
      rows: (all, scope) => all.flatMap((row) => sorted(row, scope).map((each, index) => [...each, BigInt(index + 1)])),
    })
  }
  return piped(query, `${head} (sort by ${order} | summarize ${added} = strcat_array(make_list(${name}), ","))`, {
    fields: [...query.fields, { name: added, type: 'string' }],
    rows: (all, scope) => all.map((row) => [...row, AGGREGATES.list(sorted(row, scope).map((each) => cell(each, at)))]),
  })
}

/** One or two operators over the rows of each value of a column. */
export const partition: OperatorMaker = (query, { making, context, depth }) => {
  if (depth < 1) return undefined
  const at = making.random.integer(query.fields.length)
  const { name, type } = query.fields[at] ?? { name: '', type: 'dynamic' }
  if (type === 'dynamic') return undefined
  const own = making.fresh('part')
  const strategy = making.random.pick(['legacy', 'shuffle', 'native'])
  const whole: Query = {
    text: '',
    fields: query.fields,
    rows: (scope) => scope.rows.get(own) ?? [],
    isOrdered: false,
  }
  const stage = { making, context: { ...context, depth: 9, tableFunctions: [] }, depth: 0 }
  const within = making.operators(making.operator(whole, stage), stage, 0.4)
  if (within === whole) return undefined
  return piped(query, `partition hint.strategy=${strategy} by ${name} (${within.text.replace(/^ \| /, '')})`, {
    fields: within.fields,
    isOrdered: false,
    rows: (rows, scope) =>
      groupRows(rows, (row) => [cell(row, at)]).flatMap((group) =>
        within.rows({ ...scope, rows: new Map([...scope.rows, [own, group.rows]]) }),
      ),
  })
}
