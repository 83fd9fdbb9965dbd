/** parse: what stands before, between and behind the texts that it looks for. */
import { piped, type OperatorMaker } from './program-parts.ts'
import { cell, type Field, type Row } from './reference-interpreter.ts'
import { open, textOf, type Value } from './reference-values.ts'

const SEPARATORS = ['as', ' ', '-', 'b', 'a'] as const

/** Undefined where the text does not fit. */
type Parser = (text: string) => readonly string[] | undefined

/** Around the first, or the first and the first second behind it. */
function around(first: string, second?: string): Parser {
  return (text) => {
    const at = text.indexOf(first)
    if (at < 0) return undefined
    const rest = text.slice(at + first.length)
    if (second === undefined) return [text.slice(0, at), rest]
    const end = rest.indexOf(second)
    return end < 0 ? undefined : [text.slice(0, at), rest.slice(0, end), rest.slice(end + second.length)]
  }
}

/** A whole number, or undefined where the text is none. */
function numberOf(text: string): bigint | undefined {
  if (/^-?[1-9]?\d$/.test(text)) return BigInt(text)
  return /\d/.test(text) ? open() : undefined
}

/** Where a part does not fit, no column has a value. */
export const parse: OperatorMaker = (query, { making: { random, fresh } }) => {
  const columns = query.fields.flatMap((field, index) => (field.type === 'string' ? [{ ...field, index }] : []))
  if (columns.length === 0) return undefined
  const { name: source, index } = random.pick(columns)
  const first = random.pick(SEPARATORS)
  const second = random.chance(0.3) ? random.pick(SEPARATORS) : undefined
  const names = [first, second, 'rest'].filter((each) => each !== undefined).map(() => fresh('h'))
  const isNumber = random.chance(0.2)
  const isUnnamed = random.chance(0.3)
  const types = names.map((_, at): Field['type'] => (isNumber && at === names.length - 1 ? 'long' : 'string'))
  const shown = names.map((name, at) => (isUnnamed && at === 0 ? '*' : types[at] === 'long' ? `${name}:long` : name))
  const pieces = [first, second].flatMap((each, at) => (each === undefined ? [] : [`"${each}"`, shown[at + 1]]))
  const isWhere = random.chance(0.3)
  const parser = around(first, second)
  const valuesOf = (row: Row): Row | undefined => {
    const texts = parser(textOf(cell(row, index), 'string'))
    const values = texts?.map((text, at): Value | undefined => (types[at] === 'long' ? numberOf(text) : text))
    return values?.every((value) => value !== undefined) === true ? values.slice(isUnnamed ? 1 : 0) : undefined
  }
  const fields = names.map((name, at) => ({ name, type: types[at] ?? 'string' })).slice(isUnnamed ? 1 : 0)
  const nothing: Row = fields.map(({ type }) => (type === 'long' ? null : ''))
  return piped(query, `parse${isWhere ? '-where' : ''} ${source} with ${[shown[0], ...pieces].join(' ')}`, {
    fields: [...query.fields, ...fields],
    rows: (rows) =>
      rows.flatMap((row) => {
        const values = valuesOf(row)
        return values === undefined && isWhere ? [] : [[...row, ...(values ?? nothing)]]
      }),
  })
}
