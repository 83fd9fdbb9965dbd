/**
 * DuckDB's expressions in JavaScript, for walks from row to row (fold-program.ts): those of which it is certain what DuckDB makes of
 * them. What Kusto means stays in one place, in the SQL that the catalogue makes.
 */
import type { NativeFunction, NativeType, NativeValue } from '../functions/entry.ts'
import {
  BeyondJavaScript,
  HOLDS,
  absolute,
  arithmetic,
  asStored,
  beyond,
  casted,
  cellType,
  commonType,
  compared,
  concatenated,
  constant,
  extreme,
  logical,
  lower,
  nullable,
  prefixed,
  raise,
  reading,
  textTest,
  tried,
  type Cell,
  type CellType,
  type Comparison,
  type Evaluation,
  type Slot,
} from './evaluate-operations.ts'
import type { SqlExpr } from './nodes.ts'

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

/** The slots of what a lambda's parameter holds, a row. */
type Row = readonly Slot[]

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
