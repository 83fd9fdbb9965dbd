import { KqlError } from '../../domain/errors.ts'
import type { Cell, KustoType } from '../../domain/kusto.ts'
import { unsupported } from '../errors.ts'
import { FICKLE } from '../ir/fickle.ts'
import type { QueryPlan } from '../ir/relation.ts'
import type { LiteralValue, Scalar } from '../ir/scalar.ts'
import { literal } from './flow.ts'
import type { Lowering } from './lowering.ts'

/**
 * A place wants a constant and gets an expression that has one value for the whole query: `take 5 * Factor`. Who can run
 * queries runs it (resolve-columns.ts), and compiles again; for everybody else this is a refusal.
 */
export class UnknownConstant extends KqlError {
  /** One row with one cell. */
  readonly plan: QueryPlan
  readonly settle: (cell: Cell) => void

  constructor(refusal: KqlError, plan: QueryPlan, settle: (cell: Cell) => void) {
    const { code, message, hint, position } = refusal
    super({ code, message, ...(hint === undefined ? {} : { hint }), ...(position === undefined ? {} : { position }) })
    // Callers know it as what it is to users.
    this.name = KqlError.name
    this.plan = plan
    this.settle = settle
  }
}

/** The expression's value as a literal, where it has one for the whole query; `what` names the place in a refusal. */
export function constantOf(value: Scalar, lowering: Lowering, what: string): Scalar {
  if (value.kind === 'literal' || !hasOneValue(value) || !SETTLED.has(value.type)) return value
  const key = keyOf(value)
  const known = lowering.constants.get(key)
  if (known !== undefined) return literal(value.type, known, value.span)
  const column = { ...lowering.column('Value', value.type), value }
  const row = { kind: 'values', columns: [], rows: [[]], span: value.span } as const
  const relation = { kind: 'project', columns: [column], input: row, span: value.span } as const
  throw new UnknownConstant(unsupported(what, value.span), { relation, columns: [column], order: [] }, (cell) => {
    lowering.constants.set(key, stored(cell, value.type))
  })
}

/** Where functions and operators take a regular expression. */
const PATTERNS: ReadonlyMap<string, number> = new Map([
  ['matches regex', 1],
  ['countof', 1],
  ['extract', 0],
  ['extract_all', 0],
  ['extractall', 0],
  ['indexof_regex', 1],
  ['replace', 0],
  ['replace_regex', 1],
  ['trim', 0],
  ['trim_end', 0],
  ['trim_start', 0],
])

/**
 * Settles a pattern that another query gives, such as a list of words with bars between them: DuckDB makes a pattern that comes with the
 * rows ready for each of them, which takes 4 ms for 2,000 words.
 */
export function withSettledPattern(name: string, args: readonly Scalar[], lowering: Lowering): readonly Scalar[] {
  const at = PATTERNS.get(name)
  const pattern = at === undefined ? undefined : args[at]
  if (at === undefined || pattern?.type !== 'string' || isSettledEarly(pattern)) return args
  return args.with(at, constantOf(pattern, lowering, `${name} with a computed pattern`))
}

/** Types whose cells are their storage form, or nearly. */
const SETTLED: ReadonlySet<KustoType> = new Set(['int', 'long', 'real', 'string', 'bool', 'dynamic'])

function stored(cell: Cell, type: KustoType): LiteralValue {
  return type === 'int' && typeof cell === 'number' ? BigInt(cell) : cell
}

/** Whether the value is made of constants alone. */
export const isSettledEarly = (value: Scalar): boolean =>
  value.kind === 'literal' || (value.kind === 'call' && !FICKLE.has(value.name) && value.args.every(isSettledEarly))

function hasOneValue(value: Scalar): boolean {
  switch (value.kind) {
    case 'literal':
    case 'subquery':
      return true
    case 'call':
      return !FICKLE.has(value.name) && value.args.every(hasOneValue)
    default:
      return false
  }
}

/** Ids of columns are given in the order of the text, so that the next compilation has the same key for the same place. */
function keyOf(value: Scalar): string {
  return JSON.stringify(value, (name, part: unknown) => {
    if (name === 'span') return undefined
    // JSON has neither these nor infinities.
    if (typeof part === 'bigint') return `${part}n`
    return typeof part === 'number' && !Number.isFinite(part) ? `${part}r` : part
  })
}
