/** `--trace`: how many rows each operator gives, for whoever wonders why a rule is silent. */
import type { LocalBackend } from '../backends/local/index.ts'
import { UsageError } from '../domain/errors.ts'
import type { QueryRequest } from '../domain/ports.ts'
import type { Duration } from '../domain/time.ts'
import type { RunResult } from '../run/index.ts'
import { ruleQuery } from '../run/rule-query.ts'
import { elide, terminalSafe, terminalSafeLines } from '../text/terminal.ts'
import type { SearchTarget } from './compose.ts'
import { grouped } from './print/words.ts'
import { placeIn } from './query-text.ts'
import type { QueryText } from './query-text.ts'
import type { Terminal } from './terminal.ts'

export type TracedSteps = readonly {
  readonly operator: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly rowCount: number
}[]

/** Of the runs that a trace could be made of. */
export type RunTraces = ReadonlyMap<RunResult, TracedSteps>

/** Over Azure each operator would be one more query of a workspace that counts them: that is not ours to spend. */
export function tracerOf({ local, backend }: SearchTarget): LocalBackend {
  if (local !== undefined) return local
  throw new UsageError({
    code: 'usage/no-trace',
    message: `--trace needs the embedded engine, and this searches with the backend ${backend.name}`,
    hint: 'export the logs into a folder and search that: --data ./export --trace',
  })
}

export async function traceQuery(
  tracer: LocalBackend,
  request: QueryRequest,
  text: QueryText,
  signal: AbortSignal,
): Promise<TracedSteps> {
  const { steps } = await tracer.trace(request, signal, 0)
  return steps.map(({ operator, position, rowCount }) => {
    const { file, line, column } = placeIn(text, position.offset, position.length)
    return { operator, file, line, column, rowCount }
  })
}

/** A failed run has no trace: its error names the operator. */
export async function traceRuns(
  tracer: LocalBackend,
  results: readonly RunResult[],
  timeout: Duration,
  signal: AbortSignal,
): Promise<RunTraces> {
  const traces = new Map<RunResult, TracedSteps>()
  for (const result of results) {
    if (result.kind !== 'finished' || result.outcome.status === 'failed') continue
    const { rule } = result.request
    const text = { text: rule.query, name: rule.source.file, rule }
    traces.set(result, await traceQuery(tracer, ruleQuery(result.request, timeout), text, signal))
  }
  return traces
}

const WIDEST_OPERATOR = 70

/** `   3,951  | where Caller has "x"   rules/a.yaml:31:7` for each step; the first that gives nothing stands out. */
export function traceLines(steps: TracedSteps, { styles }: Terminal): readonly string[] {
  const counts = steps.map(({ rowCount }) => grouped(rowCount))
  const width = Math.max(...counts.map((count) => count.length))
  const lost = steps.findIndex(({ rowCount }) => rowCount === 0)
  return steps.map(({ operator, file, line, column }, index) => {
    const count = (counts[index] ?? '').padStart(width)
    const [first = '', ...more] = terminalSafeLines(operator.trim()).split('\n')
    const text = elide(`${index === 0 ? '' : '| '}${first.replace(/\s+/g, ' ')}`, WIDEST_OPERATOR)
    const place = styles.dim(`${terminalSafe(file)}:${line}:${column}`)
    return `  ${index === lost ? styles.red(count) : count}  ${text}${more.length > 0 ? ' …' : ''}  ${place}`
  })
}
