/** What DuckDB's operators and functions make of cells: see evaluate.ts. */

/** Types of DuckDB. Whole numbers of all sizes are bigints here. */
export type CellType = 'BOOLEAN' | 'INTEGER' | 'BIGINT' | 'HUGEINT' | 'DOUBLE' | 'VARCHAR'
export type Cell = boolean | bigint | number | string | null

/** Cells by slot: what an expression reads, and room for what it computes once. */
export type Frame = Cell[]

export interface Evaluation {
  /** Undefined for a null without a type. */
  readonly type: CellType | undefined
  readonly run: (frame: Frame) => Cell
}

export interface Slot {
  readonly type: CellType
  readonly index: number
}

export class BeyondJavaScript extends Error {}

export const beyond = (): never => {
  throw new BeyondJavaScript()
}

const SIZES: Readonly<Record<string, bigint>> = { INTEGER: 1n << 31n, BIGINT: 1n << 63n, HUGEINT: 1n << 127n }

class OutOfRange extends RangeError {}

/** DuckDB raises where a whole number leaves its type. */
function fitting(value: bigint, type: CellType): bigint {
  const size = SIZES[type] ?? 0n
  if (value >= size || value < -size) throw new OutOfRange(`Out of Range Error: ${value} does not fit ${type}`)
  return value
}

const isWhole = (type: CellType | undefined): boolean => type !== undefined && type in SIZES

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='

export const HOLDS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

/** NaN is equal to itself and above all numbers in DuckDB; -0.0 is 0.0. */
function orderOfNumbers(left: number, right: number): number {
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right))
  return left < right ? -1 : left > right ? 1 : 0
}

export const CELL_TYPES: readonly CellType[] = ['BOOLEAN', 'INTEGER', 'BIGINT', 'HUGEINT', 'DOUBLE', 'VARCHAR']

export const cellType = (type: string): CellType => CELL_TYPES.find((each) => each === type) ?? beyond()

export const constant = (type: CellType, value: Cell): Evaluation => ({ type, run: () => value })

/** DuckDB's texts are UTF-8: half of a surrogate pair is U+FFFD. */
export const asStored = (value: string): string => Buffer.from(value).toString()

export const reading = ({ type, index }: Slot): Evaluation => ({ type, run: (frame) => frame[index] ?? null })

/** Of branches: the same, or the larger of whole numbers. DuckDB would convert the others. */
export function commonType(values: readonly Evaluation[]): CellType {
  const types = [...new Set(values.flatMap(({ type }) => type ?? []))]
  const [only] = types
  if (types.length === 1 && only !== undefined) return only
  if (types.length === 0 || !types.every(isWhole)) return beyond()
  return types.includes('HUGEINT') ? 'HUGEINT' : 'BIGINT'
}

export function nullable(value: Evaluation, change: (value: Exclude<Cell, null>) => Cell): Evaluation['run'] {
  return (frame) => {
    const found = value.run(frame)
    return found === null ? null : change(found)
  }
}

export function logical(operator: 'AND' | 'OR', left: Evaluation, right: Evaluation): Evaluation {
  const decides = operator === 'OR'
  return {
    type: 'BOOLEAN',
    run: (frame) => {
      const one = left.run(frame)
      if (one === decides) return one
      const other = right.run(frame)
      return other === decides ? other : one === null ? null : other
    },
  }
}

export function prefixed(operator: 'NOT' | '-', operand: Evaluation): Evaluation {
  if (operator === 'NOT') return { type: 'BOOLEAN', run: nullable(operand, (value) => value !== true) }
  const { type } = operand
  if (type === 'DOUBLE') return { type, run: nullable(operand, (value) => -(value as number)) }
  if (type === undefined || !isWhole(type)) return beyond()
  return { type, run: nullable(operand, (value) => fitting(-(value as bigint), type)) }
}

export function compared(operator: Comparison, left: Evaluation, right: Evaluation): Evaluation {
  const holds = HOLDS[operator]
  const order = orderOf(left.type, right.type, operator)
  return {
    type: 'BOOLEAN',
    run: (frame) => {
      const [one, other] = [left.run(frame), right.run(frame)]
      return one === null || other === null ? null : holds(order(one, other))
    },
  }
}

type Order = (left: Exclude<Cell, null>, right: Exclude<Cell, null>) => number

function orderOf(left: CellType | undefined, right: CellType | undefined, operator: Comparison): Order {
  const types = [left, right]
  if (types.every(isWhole)) return (one, other) => (one < other ? -1 : one > other ? 1 : 0)
  if (types.every((type) => type === 'DOUBLE' || isWhole(type))) {
    return (one, other) => orderOfNumbers(Number(one), Number(other))
  }
  const isSame = left === right && (left === 'VARCHAR' || left === 'BOOLEAN')
  // Which of two texts is first DuckDB decides by their bytes.
  if (!isSame || !(operator === '=' || operator === '<>')) return beyond()
  return (one, other) => (one === other ? 0 : 1)
}

export function arithmetic(operator: string, left: Evaluation, right: Evaluation): Evaluation {
  const types = [left.type, right.type]
  const both = (change: (one: Exclude<Cell, null>, other: Exclude<Cell, null>) => Cell): Evaluation['run'] => {
    return (frame) => {
      const [one, other] = [left.run(frame), right.run(frame)]
      return one === null || other === null ? null : change(one, other)
    }
  }
  if (types.every((type) => type === 'DOUBLE')) {
    const change = REALS[operator] ?? beyond()
    return { type: 'DOUBLE', run: both((one, other) => change(one as number, other as number)) }
  }
  if (!types.every(isWhole)) return beyond()
  const type = types.includes('HUGEINT') ? 'HUGEINT' : types.includes('BIGINT') ? 'BIGINT' : 'INTEGER'
  const change = WHOLES[operator] ?? beyond()
  return {
    type,
    run: both((one, other) => {
      const result = change(one as bigint, other as bigint)
      return result === null ? null : fitting(result, type)
    }),
  }
}

/** A zero divisor gives DuckDB's null. */
const REALS: Readonly<Record<string, (left: number, right: number) => number | null>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => (right === 0 ? null : left / right),
}

const WHOLES: Readonly<Record<string, (left: bigint, right: bigint) => bigint | null>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '//': (left, right) => (right === 0n ? null : left / right),
  '%': (left, right) => (right === 0n ? null : left % right),
  '&': (left, right) => left & right,
  xor: (left, right) => left ^ right,
}

export function casted(value: Evaluation, type: CellType, isTry: boolean): Evaluation {
  const from = value.type
  if (from === type || from === undefined) return { type, run: value.run }
  if (isWhole(type) && isWhole(from)) {
    const run = nullable(value, (found) => fitting(found as bigint, type))
    return { type, run: isTry ? (frame) => tried({ type, run }, frame) : run }
  }
  if (isWhole(type) && from === 'BOOLEAN') return { type, run: nullable(value, (found) => (found === true ? 1n : 0n)) }
  if (type === 'DOUBLE' && isWhole(from)) return { type, run: nullable(value, Number) }
  if (type === 'VARCHAR' && (from === 'BOOLEAN' || isWhole(from))) return { type, run: nullable(value, String) }
  return beyond()
}

export function raise(message: Cell): never {
  throw new Error(String(message))
}

/** What DuckDB's TRY is for here; a refusal is none of that. */
export function tried({ run }: Evaluation, frame: Frame): Cell {
  try {
    return run(frame)
  } catch (error) {
    if (error instanceof OutOfRange) return null
    throw error
  }
}

export function extreme(values: readonly Evaluation[], sign: number): Evaluation {
  const type = commonType(values)
  if (type !== 'DOUBLE' && !isWhole(type)) return beyond()
  const order = orderOf(type, type, '<')
  return {
    type,
    run: (frame) => {
      let best: Cell = null
      for (const { run } of values) {
        const value = run(frame)
        // Nulls do not count.
        if (value !== null && (best === null || order(value, best) * sign > 0)) best = value
      }
      return best
    },
  }
}

export function absolute(value: Evaluation): Evaluation {
  const { type } = value
  if (type === 'DOUBLE') return { type, run: nullable(value, (found) => Math.abs(found as number)) }
  if (type === undefined || !isWhole(type)) return beyond()
  return {
    type,
    run: nullable(value, (found) => fitting((found as bigint) < 0n ? -(found as bigint) : (found as bigint), type)),
  }
}

/** DuckDB's concat() passes nulls over. */
export function concatenated(values: readonly Evaluation[]): Evaluation {
  if (values.some(({ type }) => type !== 'VARCHAR')) return beyond()
  return { type: 'VARCHAR', run: (frame) => values.map(({ run }) => run(frame) ?? '').join('') }
}

/** Letters that came with Unicode 16 and 17: Node.js may know them, DuckDB 1.5 does not. */
const NEW_LETTERS =
  /[\u{1C89}\u{A7CB}\u{A7CC}\u{A7CE}\u{A7D2}\u{A7D4}\u{A7DA}\u{A7DC}\u{10D50}-\u{10D65}\u{16EA0}-\u{16EB8}]/u

/** Letter by letter, whatever stands around a sigma; the dotted capital I loses its dot. */
export function lower(value: string): string {
  if (ASCII.test(value)) return value.toLowerCase()
  return Array.from(value, (letter) => (letter === '\u0130' ? 'i' : NEW_LETTERS.test(letter) ? letter : letter.toLowerCase())).join('') // prettier-ignore
}

const ASCII = /^[\x00-\x7f]*$/

const TEXT_TESTS = {
  contains: (text: string, part: string) => text.includes(part),
  starts_with: (text: string, part: string) => text.startsWith(part),
  ends_with: (text: string, part: string) => text.endsWith(part),
}

export function textTest(name: keyof typeof TEXT_TESTS, [text, part]: readonly Evaluation[]): Evaluation {
  if (text?.type !== 'VARCHAR' || part?.type !== 'VARCHAR') return beyond()
  return {
    type: 'BOOLEAN',
    run: (frame) => {
      const [whole, wanted] = [text.run(frame), part.run(frame)]
      return whole === null || wanted === null ? null : TEXT_TESTS[name](String(whole), String(wanted))
    },
  }
}
