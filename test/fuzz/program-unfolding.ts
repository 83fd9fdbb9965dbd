/** Operators that make rows of the elements of arrays and the members of bags. */
import { piped, type OperatorMaker, type Stage } from './program-parts.ts'
import { AGGREGATES } from './reference-aggregates.ts'
import { expanded, longOf, realOf } from './reference-dynamics.ts'
import { cell, type Field, type Row, type Rows, type Scope } from './reference-interpreter.ts'
import { missing, textOf, type Type, type Value } from './reference-values.ts'

type Reader = readonly [Type, (value: Value) => Value]
const READERS: readonly Reader[] = [
  ['real', realOf], ['long', longOf], ['string', (value) => textOf(value, 'dynamic')], ['dynamic', (value) => value],
] // prettier-ignore

interface Unfolded {
  readonly text: string
  readonly name: string
  readonly type: Type
  /** Of the column that it takes the place of. */
  readonly place: number | undefined
  readonly elements: (row: Row, scope: Scope) => readonly Value[]
}

/** A column of dynamics, whose elements replace it, or an expression. */
function unfolded(fields: readonly Field[], { making, context }: Stage): Unfolded {
  const { random } = making
  const [type, read] = random.pick(READERS)
  const typed = type === 'dynamic' && random.chance(0.6) ? '' : ` to typeof(${type})`
  const columns = fields.flatMap((field, index) => (field.type === 'dynamic' ? [{ ...field, index }] : []))
  if (columns.length > 0 && random.chance(0.6)) {
    const { name, index } = random.pick(columns)
    return {
      text: `${name}${typed}`,
      name,
      type,
      place: index,
      elements: (row) => expanded(cell(row, index)).map(read),
    }
  }
  const name = making.fresh('m')
  const value = making.scalar(fields, 'dynamic', context, 1)
  return { text: `${name} = ${value.text}${typed}`, name, type, place: undefined, elements: (row, scope) => expanded(value.of(row, scope)).map(read) } // prettier-ignore
}

/** One array or two in step, of which the shorter has nulls in the end. */
export const unfold: OperatorMaker = (query, stage) => {
  const { random, fresh } = stage.making
  const parts = Array.from({ length: random.chance(0.25) ? 2 : 1 }, () => unfolded(query.fields, stage))
  if (parts.length > 1 && parts[0]?.name === parts[1]?.name) return undefined
  const index = random.chance(0.25) ? fresh('x') : undefined
  const fields = [...query.fields]
  const places = parts.map(({ name, type, place }) => {
    if (place === undefined) return fields.push({ name, type }) - 1
    fields[place] = { name, type }
    return place
  })
  if (index !== undefined) fields.push({ name: index, type: 'long' })
  const most = random.chance(0.15) ? 1 + random.integer(2) : undefined
  const limit = most === undefined ? '' : ` limit ${most}`
  const row = (before: Row, lists: readonly (readonly Value[])[], at: number): Row => {
    const changed = [...before]
    for (const [part, place] of places.entries())
      changed[place] = lists[part]?.[at] ?? missing(parts[part]?.type ?? 'long')
    return index === undefined ? changed : [...changed, BigInt(at)]
  }
  return piped(query, `mv-expand ${index === undefined ? '' : `with_itemindex=${index} `}${parts.map(({ text }) => text).join(', ')}${limit}`, {
    fields,
    rows: (rows, scope) =>
      rows.flatMap((before) => {
        const lists = parts.map(({ elements }) => elements(before, scope))
        const length = Math.min(Math.max(...lists.map((list) => list.length)), most ?? Infinity)
        return Array.from({ length }, (_, at) => row(before, lists, at))
      }),
  }) // prettier-ignore
}

/** What the elements of each row come to; a row without any is gone. */
export const applyToElements: OperatorMaker = (query, stage) => {
  const { making, context } = stage
  const name = making.fresh('y')
  const [type, read] = making.random.pick(READERS)
  const value = making.scalar(query.fields, 'dynamic', context, 1)
  const head = `mv-apply ${name} = ${value.text} to typeof(${type}) on`
  const fields: readonly Field[] = [...query.fields, { name, type }]
  const elementsOf = (row: Row, scope: Scope): Rows =>
    expanded(value.of(row, scope)).map((each) => [...row, read(each)])
  const condition = making.scalar(fields, 'bool', { ...context, depth: 9 }, 1)
  const isHolding = (row: Row, scope: Scope): boolean => condition.of(row, scope) === true
  if (making.random.chance(0.5)) {
    return piped(query, `${head} (where ${condition.text})`, {
      fields,
      rows: (rows, scope) => rows.flatMap((row) => elementsOf(row, scope).filter((each) => isHolding(each, scope))),
    })
  }
  const [count, list] = [making.fresh('z'), making.fresh('z')]
  return piped(query, `${head} (summarize ${count} = countif(${condition.text}), ${list} = make_list(${name}))`, {
    fields: [...query.fields, { name: count, type: 'long' }, { name: list, type: 'dynamic' }],
    rows: (rows, scope) =>
      rows.flatMap((row) => {
        const all = elementsOf(row, scope)
        const kept = AGGREGATES.elements(all.map((each) => cell(each, query.fields.length)), type) // prettier-ignore
        return all.length === 0 ? [] : [[...row, BigInt(all.filter((each) => isHolding(each, scope)).length), kept]]
      }),
  })
}
