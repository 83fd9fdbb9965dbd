/**
 * DuckDB's expressions in JavaScript, for walks from row to row (fold-program.ts): those of which it is certain what DuckDB makes of
 * them. What Kusto means stays in one place, in the SQL that the catalogue makes.
 */
import type { NativeFunction, NativeType, NativeValue } from '../functions/entry.ts'
import type { SqlExpr } from './nodes.ts'

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

export interface Setting {
  /** Of a column, by its name. */
  readonly find: (name: string) => Slot | undefined
  readonly native: (name: string) => NativeFunction | undefined
  /** A slot that nothing else uses. */
  readonly reserve: () => number
}

/** @returns undefined for an expression that only DuckDB can evaluate. */
export function evaluation(expr: SqlExpr, setting: Setting): Evaluation | undefined {
  try {
    return new Compiler(setting, new Map()).compile(expr)
  } catch (cause) {
    if (cause instanceof BeyondJavaScript) return undefined
    throw cause
  }
}

class BeyondJavaScript extends Error {}

const beyond = (): never => {
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

/** The slots of what a lambda's parameter holds, a row. */
type Row = readonly Slot[]

type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='

const HOLDS: Readonly<Record<Comparison, (order: number) => boolean>> = {
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

class Compiler {
  readonly #setting: Setting
  readonly #rows: ReadonlyMap<string, Row>

  constructor(setting: Setting, rows: ReadonlyMap<string, Row>) {
    this.#setting = setting
    this.#rows = rows
  }

  compile(expr: SqlExpr): Evaluation {
    switch (expr.kind) {
      case 'column':
        return reading(this.#setting.find(expr.name) ?? beyond())
      case 'text':
        return constant('VARCHAR', asStored(expr.value))
      case 'integer':
        return constant(cellType(expr.type), expr.value)
      case 'double':
        return constant('DOUBLE', expr.value)
      case 'boolean':
        return constant('BOOLEAN', expr.value)
      case 'null':
        return constant(cellType(expr.type), null)
      case 'infix':
        return this.#infix(expr.operator, this.compile(expr.left), this.compile(expr.right))
      case 'prefix':
        return prefixed(expr.operator, this.compile(expr.operand))
      case 'is-null': {
        const { run } = this.compile(expr.operand)
        return { type: 'BOOLEAN', run: (frame) => (run(frame) === null) !== expr.negated }
      }
      case 'cast':
        return casted(this.compile(expr.operand), cellType(expr.type), expr.isTry)
      case 'case':
        return this.#case(expr)
      case 'in-list':
        return this.#inList(expr)
      case 'call':
        return this.#call(expr)
      default:
        return beyond()
    }
  }

  #infix(operator: string, left: Evaluation, right: Evaluation): Evaluation {
    if (operator === 'AND' || operator === 'OR') return logical(operator, left, right)
    if (operator in HOLDS) return compared(operator as Comparison, left, right)
    if (operator === 'IS NOT DISTINCT FROM') {
      const { run } = compared('=', left, right)
      return { type: 'BOOLEAN', run: (frame) => run(frame) ?? (left.run(frame) === null && right.run(frame) === null) }
    }
    return arithmetic(operator, left, right)
  }

  #case({ whens, otherwise }: Extract<SqlExpr, { kind: 'case' }>): Evaluation {
    const branches = whens.map(({ when, then }) => ({ when: this.compile(when).run, then: this.compile(then) }))
    const rest = this.compile(otherwise)
    const type = commonType([...branches.map(({ then }) => then), rest])
    return {
      type,
      run: (frame) => {
        for (const { when, then } of branches) if (when(frame) === true) return then.run(frame)
        return rest.run(frame)
      },
    }
  }

  #inList({ needle, items }: Extract<SqlExpr, { kind: 'in-list' }>): Evaluation {
    const value = this.compile(needle)
    const tests = items.map((item) => compared('=', value, this.compile(item)).run)
    return {
      type: 'BOOLEAN',
      run: (frame) => {
        let found: Cell = false
        for (const test of tests) {
          const answer = test(frame)
          if (answer === true) return true
          if (answer === null) found = null
        }
        return found
      },
    }
  }

  #call(expr: Extract<SqlExpr, { kind: 'call' }>): Evaluation {
    const { name, args, distinct, orderBy, filter, over } = expr
    if ([distinct, orderBy, filter, over].some((clause) => clause !== undefined)) return beyond()
    if (name === 'list_extract') return this.#named(args)
    if (name === 'struct_extract') return this.#member(args)
    const values = args.map((argument) => this.compile(argument))
    const native = this.#setting.native(name)
    if (native !== undefined) return nativeCall(native, values)
    const [first, second] = values
    if (first === undefined) return beyond()
    switch (name) {
      case 'coalesce':
        return {
          type: commonType(values),
          run: (frame) => {
            for (const { run } of values) {
              const value = run(frame)
              if (value !== null) return value
            }
            return null
          },
        }
      case 'try':
        return { type: first.type, run: (frame) => tried(first, frame) }
      case 'error':
        return { type: undefined, run: (frame) => raise(first.run(frame)) }
      case 'nullif': {
        if (second === undefined) return beyond()
        const { run } = compared('=', first, second)
        return { type: first.type, run: (frame) => (run(frame) === true ? null : first.run(frame)) }
      }
      case 'greatest':
        return extreme(values, 1)
      case 'least':
        return extreme(values, -1)
      case 'isnan':
        if (first.type !== 'DOUBLE') return beyond()
        return { type: 'BOOLEAN', run: nullable(first, (value) => Number.isNaN(value)) }
      case 'xor':
        return second === undefined ? beyond() : arithmetic('xor', first, second)
      case 'abs':
        return absolute(first)
      case 'concat':
        return concatenated(values)
      case 'contains':
      case 'starts_with':
      case 'ends_with':
        return textTest(name, values)
      case 'lower':
        return first.type === 'VARCHAR'
          ? { type: 'VARCHAR', run: nullable(first, (value) => lower(String(value))) }
          : beyond()
      default:
        return beyond()
    }
  }

  /** `list_transform([row(…)], lambda v: body)[1]`: what build.ts writes for values that a body uses several times. */
  #named([listed, index]: readonly SqlExpr[]): Evaluation {
    if (listed?.kind !== 'call' || listed.name !== 'list_transform' || index?.kind !== 'integer') return beyond()
    const [rows, lambda] = listed.args
    const [packed, ...others] = rows?.kind === 'list' ? rows.items : []
    const [parameter] = lambda?.kind === 'lambda' ? lambda.parameters : []
    if (packed?.kind !== 'call' || packed.name !== 'row' || others.length > 0 || index.value !== 1n) return beyond()
    if (lambda?.kind !== 'lambda' || parameter === undefined) return beyond()
    const values = packed.args.map((value) => this.compile(value))
    const slots = values.map(({ type }): Slot => ({ type: type ?? beyond(), index: this.#setting.reserve() }))
    const body = new Compiler(this.#setting, new Map([...this.#rows, [parameter, slots]])).compile(lambda.body)
    return {
      type: body.type,
      run: (frame) => {
        values.forEach(({ run }, at) => {
          frame[slots[at]?.index ?? 0] = run(frame)
        })
        return body.run(frame)
      },
    }
  }

  #member([row, place]: readonly SqlExpr[]): Evaluation {
    if (row?.kind !== 'column' || place?.kind !== 'integer') return beyond()
    return reading(this.#rows.get(row.name)?.[Number(place.value) - 1] ?? beyond())
  }
}

const TYPES: readonly CellType[] = ['BOOLEAN', 'INTEGER', 'BIGINT', 'HUGEINT', 'DOUBLE', 'VARCHAR']

const cellType = (type: string): CellType => TYPES.find((each) => each === type) ?? beyond()

const constant = (type: CellType, value: Cell): Evaluation => ({ type, run: () => value })

/** DuckDB's texts are UTF-8: half of a surrogate pair is U+FFFD. */
const asStored = (value: string): string => Buffer.from(value).toString()

const reading = ({ type, index }: Slot): Evaluation => ({ type, run: (frame) => frame[index] ?? null })

/** Of branches: the same, or the larger of whole numbers. DuckDB would convert the others. */
function commonType(values: readonly Evaluation[]): CellType {
  const types = [...new Set(values.flatMap(({ type }) => type ?? []))]
  const [only] = types
  if (types.length === 1 && only !== undefined) return only
  if (types.length === 0 || !types.every(isWhole)) return beyond()
  return types.includes('HUGEINT') ? 'HUGEINT' : 'BIGINT'
}

function nullable(value: Evaluation, change: (value: Exclude<Cell, null>) => Cell): Evaluation['run'] {
  return (frame) => {
    const found = value.run(frame)
    return found === null ? null : change(found)
  }
}

function logical(operator: 'AND' | 'OR', left: Evaluation, right: Evaluation): Evaluation {
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

function prefixed(operator: 'NOT' | '-', operand: Evaluation): Evaluation {
  if (operator === 'NOT') return { type: 'BOOLEAN', run: nullable(operand, (value) => value !== true) }
  const { type } = operand
  if (type === 'DOUBLE') return { type, run: nullable(operand, (value) => -(value as number)) }
  if (type === undefined || !isWhole(type)) return beyond()
  return { type, run: nullable(operand, (value) => fitting(-(value as bigint), type)) }
}

function compared(operator: Comparison, left: Evaluation, right: Evaluation): Evaluation {
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

function arithmetic(operator: string, left: Evaluation, right: Evaluation): Evaluation {
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

function casted(value: Evaluation, type: CellType, isTry: boolean): Evaluation {
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

function raise(message: Cell): never {
  throw new Error(String(message))
}

/** What DuckDB's TRY is for here; a refusal is none of that. */
function tried({ run }: Evaluation, frame: Frame): Cell {
  try {
    return run(frame)
  } catch (error) {
    if (error instanceof OutOfRange) return null
    throw error
  }
}

function extreme(values: readonly Evaluation[], sign: number): Evaluation {
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

function absolute(value: Evaluation): Evaluation {
  const { type } = value
  if (type === 'DOUBLE') return { type, run: nullable(value, (found) => Math.abs(found as number)) }
  if (type === undefined || !isWhole(type)) return beyond()
  return {
    type,
    run: nullable(value, (found) => fitting((found as bigint) < 0n ? -(found as bigint) : (found as bigint), type)),
  }
}

/** DuckDB's concat() passes nulls over. */
function concatenated(values: readonly Evaluation[]): Evaluation {
  if (values.some(({ type }) => type !== 'VARCHAR')) return beyond()
  return { type: 'VARCHAR', run: (frame) => values.map(({ run }) => run(frame) ?? '').join('') }
}

/** Letters that came with Unicode 16 and 17: Node.js may know them, DuckDB 1.5 does not. */
const NEW_LETTERS =
  /[\u{1C89}\u{A7CB}\u{A7CC}\u{A7CE}\u{A7D2}\u{A7D4}\u{A7DA}\u{A7DC}\u{10D50}-\u{10D65}\u{16EA0}-\u{16EB8}]/u

/** Letter by letter, whatever stands around a sigma; the dotted capital I loses its dot. */
function lower(value: string): string {
  if (ASCII.test(value)) return value.toLowerCase()
  return Array.from(value, (letter) => (letter === '\u0130' ? 'i' : NEW_LETTERS.test(letter) ? letter : letter.toLowerCase())).join('') // prettier-ignore
}

const ASCII = /^[\x00-\x7f]*$/

const TEXT_TESTS = {
  contains: (text: string, part: string) => text.includes(part),
  starts_with: (text: string, part: string) => text.startsWith(part),
  ends_with: (text: string, part: string) => text.endsWith(part),
}

function textTest(name: keyof typeof TEXT_TESTS, [text, part]: readonly Evaluation[]): Evaluation {
  if (text?.type !== 'VARCHAR' || part?.type !== 'VARCHAR') return beyond()
  return {
    type: 'BOOLEAN',
    run: (frame) => {
      const [whole, wanted] = [text.run(frame), part.run(frame)]
      return whole === null || wanted === null ? null : TEXT_TESTS[name](String(whole), String(wanted))
    },
  }
}

const CELL_OF_NATIVE: Readonly<Record<NativeType, CellType | undefined>> = {
  BOOLEAN: 'BOOLEAN',
  INTEGER: 'INTEGER',
  BIGINT: 'BIGINT',
  DOUBLE: 'DOUBLE',
  VARCHAR: 'VARCHAR',
  'BIGINT[]': undefined,
}

/** The function itself, as duckdb/natives.ts calls it. */
function nativeCall(
  { takes, rest, returns, seesNulls, run }: NativeFunction,
  values: readonly Evaluation[],
): Evaluation {
  const type = CELL_OF_NATIVE[returns] ?? beyond()
  values.forEach((value, index) => {
    const taken = takes[index] ?? rest ?? beyond()
    if (value.type !== undefined && value.type !== CELL_OF_NATIVE[taken]) beyond()
  })
  const give = (cell: Cell, index: number): NativeValue =>
    (takes[index] ?? rest) === 'INTEGER' && typeof cell === 'bigint' ? Number(cell) : cell
  return {
    type,
    run: (frame) => {
      const given = values.map((value, index) => give(value.run(frame), index))
      if (seesNulls !== true && given.includes(null)) return null
      const answer = run(...given) as Cell
      return type === 'INTEGER' && typeof answer === 'number' ? BigInt(answer) : answer
    },
  }
}
