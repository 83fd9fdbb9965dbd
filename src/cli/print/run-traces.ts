import type { RunResult } from '../../run/index.ts'
import { terminalSafe } from '../../text/terminal.ts'
import type { Terminal } from '../terminal.ts'
import { traceLines } from '../trace.ts'
import type { RunTraces } from '../trace.ts'

/** For each rule: its name, then the rows after each operator. */
export function runTraceLines(results: readonly RunResult[], traces: RunTraces, terminal: Terminal): readonly string[] {
  const { styles } = terminal
  return results.flatMap((result) => {
    const steps = traces.get(result)
    if (steps === undefined) return []
    return ['', styles.bold(terminalSafe(result.request.rule.name)), ...traceLines(steps, terminal)]
  })
}
