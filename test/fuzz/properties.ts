/** What must hold of every query, whatever it says. */
import { EXIT, HuntError } from '../../src/domain/errors.ts'
import type { Cell, KustoType, ResultTable } from '../../src/domain/kusto.ts'
import type { Engine, QueryOptions } from '../../src/kql/index.ts'

export interface Failure {
  /** The same for failures that have one cause, most likely: what minimising must keep. */
  readonly kind: string
  readonly detail: string
}

/** Longer than any generated query takes on a busy machine. */
const TIME_LIMIT = 20_000
export const SLOW = 'slow'

export type Answer = { readonly table: ResultTable } | { readonly failure: Failure } | { readonly refusal: string }

export function ask(engine: Engine, text: string, options: QueryOptions = {}): Promise<Answer> {
  return answerOf((signal) => engine.query(text, options, signal))
}

export async function answerOf(
  run: (signal: AbortSignal) => Promise<ResultTable>,
  milliseconds = TIME_LIMIT,
): Promise<Answer> {
  const signal = AbortSignal.timeout(milliseconds)
  try {
    return { table: await run(signal) }
  } catch (error) {
    if (signal.aborted) return { failure: { kind: SLOW, detail: `took longer than ${milliseconds} ms` } }
    if (error instanceof HuntError && error.exitCode !== EXIT.internal) return { refusal: error.code }
    const known = error instanceof HuntError ? error : undefined
    const message = error instanceof Error ? error.message : String(error)
    const where = known === undefined && error instanceof Error ? `\n${error.stack ?? ''}` : ''
    return { failure: { kind: `${known?.code ?? 'crash'}: ${shape(message)}`, detail: message + where } }
  }
}

/** A message without the values and names that minimising may change. */
function shape(message: string): string {
  return message
    .replace(/"[^"]*"|'[^']*'/g, '…')
    .replace(/-?\d[\d.e+]*/g, '0')
    .slice(0, 90)
}

export async function fails(engine: Engine, text: string): Promise<Failure | undefined> {
  const answer = await ask(engine, text)
  return 'failure' in answer ? answer.failure : undefined
}

/** Rows whose order or choice is open, or whose sums depend on the order. */
const OPEN = /\b(take|top|sample|sample-distinct|top-nested|top-hitters|partition|arg_?max|arg_?min|make_list|make_bag|make_set|make_list_with_nulls|take_any|any|anyif|take_anyif|row_|prev|next|buildschema|reduce|percentile|percentiles|sum|avg|stdev|variance|series|mv-apply|make-series|innerunique|dcount|scan|covariance|correlation)/ // prettier-ignore

export const isSettled = (text: string): boolean => !OPEN.test(text)

/** One text for each row, in their order, in which different values differ: a null from "null", -0.0 from 0.0. */
export function rowTexts({ columns, rows }: ResultTable): string[] {
  return rows.map((row) => row.map((cell, index) => cellText(cell, columns[index]?.type)).join('|'))
}

function cellText(cell: Cell, type: KustoType | undefined): string {
  if (cell === null) return '∅'
  if (typeof cell === 'string') return type === 'dynamic' ? cell : JSON.stringify(cell)
  return Object.is(cell, -0) ? '-0' : String(cell)
}

export const inAnyOrder = (table: ResultTable): string => rowTexts(table).sort().join('\n')

/** Names and types of the columns. */
export const headOf = ({ columns }: ResultTable): string =>
  columns.map(({ name, type }) => `${name}: ${type}`).join(', ')
