/** What must hold of every query, whatever it says. */
import { EXIT, HuntError } from '../../src/domain/errors.ts'
import type { ResultTable } from '../../src/domain/kusto.ts'
import type { Engine } from '../../src/kql/index.ts'

export interface Failure {
  /** The same for failures that have one cause, most likely: what minimising must keep. */
  readonly kind: string
  readonly detail: string
}

/** Longer than any generated query takes on a busy machine. */
const TIME_LIMIT = 20_000

type Answer = { readonly table: ResultTable } | { readonly failure: Failure } | { readonly refusal: string }

export async function ask(engine: Engine, text: string): Promise<Answer> {
  const signal = AbortSignal.timeout(TIME_LIMIT)
  try {
    return { table: await engine.query(text, {}, signal) }
  } catch (error) {
    if (signal.aborted) return { failure: { kind: 'slow', detail: `took longer than ${TIME_LIMIT} ms` } }
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
const OPEN = /\b(take|top|sample|sample-distinct|top-nested|top-hitters|partition|arg_max|arg_min|make_list|make_bag|make_set|make_list_with_nulls|take_any|any|anyif|take_anyif|row_|prev|next|buildschema|reduce|percentile|percentiles|sum|avg|stdev|variance|series|mv-apply|make-series|innerunique|dcount|scan|covariance|correlation)/ // prettier-ignore

/** Each row is in exactly one of `p`, `not(p)` and «p is null». */
export async function partitionFailure(engine: Engine, text: string, condition: string): Promise<Failure | undefined> {
  if (OPEN.test(text)) return undefined
  const counts: number[] = []
  for (const filter of ['true', condition, `not(${condition})`, `isnull(${condition})`]) {
    const answer = await ask(engine, `${text}\n| where ${filter}\n| count`)
    if ('failure' in answer) return answer.failure
    if ('refusal' in answer) return undefined
    counts.push(Number(answer.table.rows[0]?.[0]))
  }
  const [all = 0, yes = 0, no = 0, unknown = 0] = counts
  if (all === yes + no + unknown) return undefined
  return { kind: 'partition', detail: `${all} rows, but ${yes} + ${no} + ${unknown} by ${condition}` }
}

/** A name for a query changes nothing, nor does `materialize`, nor a filter that lets all pass. */
export async function nameFailure(engine: Engine, text: string): Promise<Failure | undefined> {
  if (OPEN.test(text)) return undefined
  const plain = await ask(engine, text)
  if (!('table' in plain)) return undefined
  for (const [kind, same] of [
    ['let', `let named = ${text};\nnamed | where true`],
    ['materialize', `let named = materialize(${text});\nunion (named | where false), named`],
  ] as const) {
    const answer = await ask(engine, same)
    if ('failure' in answer) return answer.failure
    if ('refusal' in answer) continue
    const [before, after] = [inAnyOrder(plain.table), inAnyOrder(answer.table)]
    if (before !== after) return { kind, detail: `before: ${before.slice(0, 300)}\nafter: ${after.slice(0, 300)}` }
  }
  return undefined
}

/** A constant gives what a column of the same value gives. */
export async function constantFailure(engine: Engine, constant: string, column: string): Promise<Failure | undefined> {
  const [one, other] = [await ask(engine, constant), await ask(engine, column)]
  if ('failure' in one) return one.failure
  if ('failure' in other) return other.failure
  if ('refusal' in one || 'refusal' in other) return undefined
  const [constants, columns] = [inAnyOrder(one.table), inAnyOrder(other.table)]
  if (constants === columns) return undefined
  return { kind: 'constant', detail: `constants: ${constants.slice(0, 300)}\ncolumns: ${columns.slice(0, 300)}\n${column}` } // prettier-ignore
}

/** One text for each row, in their order. */
export function rowTexts({ rows }: ResultTable): string[] {
  return rows.map((row) =>
    row.map((cell) => (typeof cell === 'bigint' ? `${cell}n` : Object.is(cell, -0) ? '0' : String(cell))).join('|'),
  )
}

const inAnyOrder = (table: ResultTable): string => rowTexts(table).sort().join('\n')
