import { toErrorRecord } from '../../domain/errors.ts'
import type { ErrorRecord } from '../../domain/errors.ts'
import type { Diagnostic } from '../../domain/diagnostic.ts'
import type { RunAllResult, RunResult } from '../../run/index.ts'
import { terminalSafe } from '../../text/terminal.ts'
import type { Terminal } from '../terminal.ts'
import { groupBy } from '../../domain/sequence.ts'
import type { RunRequest } from '../../domain/run.ts'
import { causeOf } from './cause.ts'
import { diagnosticLines, errorLines, runErrorLines } from './error.ts'
import { countOf, grouped, wrapped } from './words.ts'

/** Enough to see of what kind they are; a wall of them hides the findings. */
const MOST_WARNINGS = 5

/** Rules that are named where one cause hits them all. */
const MOST_HIT = 20

/** Everything that did not go as it should, for stderr: broken rule files, warnings and errors of runs, deliveries. */
export function problemLines(
  { results, undelivered }: RunAllResult,
  diagnostics: readonly Diagnostic[],
  facts: { readonly terminal: Terminal; readonly version: string },
): readonly string[] {
  const { terminal } = facts
  const broken = diagnostics.filter(({ severity }) => severity === 'error')
  return [
    ...diagnosticLines(broken, terminal),
    ...doubtLines(diagnostics, terminal),
    ...warningLines(results, terminal),
    ...noteLines(results, terminal),
    ...failureLines(results, facts),
    ...undeliveredLines(undelivered, terminal),
  ]
}

/** Rules of others are read with tolerance, but not in silence. */
function doubtLines(diagnostics: readonly Diagnostic[], terminal: Terminal): readonly string[] {
  const doubts = diagnostics.filter(({ severity }) => severity === 'warning')
  if (doubts.length === 0) return []
  const files = new Set(doubts.map(({ span }) => span.file))
  const where = files.size === 1 ? terminalSafe([...files].join()) : countOf(files.size, 'rule file')
  const text = `${countOf(doubts.length, 'warning')} about ${where}; hunt validate shows ${doubts.length === 1 ? 'it' : 'them'}`
  return wrapped(`${terminal.styles.yellow('warning')}: ${text}`, terminal)
}

function warningLines(results: readonly RunResult[], terminal: Terminal): readonly string[] {
  const texts = results.flatMap((result) => {
    if (result.kind !== 'finished') return []
    const { name, source } = result.request.rule
    // A warning that names its place in the rule file needs no other name.
    return result.outcome.warnings.map((text) => (text.startsWith(source.file) ? text : `${name}: ${text}`))
  })
  const rest = texts.length - MOST_WARNINGS
  return [
    ...texts.slice(0, rest === 1 ? texts.length : MOST_WARNINGS),
    ...(rest > 1 ? [`${grouped(rest)} more; --json and the JSON files of the runs have all`] : []),
  ].flatMap((text) => wrapped(`${terminal.styles.yellow('warning')}: ${terminalSafe(text)}`, terminal))
}

/** Facts that ask for nothing are counted, not listed: a wall of them hides what somebody must act on. */
function noteLines(results: readonly RunResult[], terminal: Terminal): readonly string[] {
  const count = results.reduce((sum, result) => sum + (result.kind === 'finished' ? result.outcome.notes.length : 0), 0)
  if (count === 0) return []
  const text = `${countOf(count, 'note')} about empty cells and limits in the JSON files of the runs`
  return wrapped(terminal.styles.dim(text), terminal)
}

interface Failure {
  readonly request: RunRequest
  readonly error: ErrorRecord
}

/** One cause that hits many rules is said once, with the rules that it hits: a wall of it hides the others. */
function failureLines(results: readonly RunResult[], facts: Parameters<typeof runErrorLines>[2]): readonly string[] {
  const failures = results.flatMap((result): readonly Failure[] => {
    const error = errorOf(result)
    return error === undefined ? [] : [{ request: result.request, error }]
  })
  const alike = groupBy(
    failures,
    ({ error, request }) => causeOf(error, request.rule, request.workspace) ?? keyOf(request),
  )
  const namesWorkspaces = new Set(results.map(({ request }) => request.workspace)).size > 1
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const { error, request } = first
    const names = [...new Set([first, ...others].map(({ request: { rule } }) => rule.name))]
    if (names.length === 1) return runErrorLines(error, request.rule, facts)
    const where = namesWorkspaces ? ` in ${request.workspace}` : ''
    return [...errorLines(error, facts.terminal), ...hitLines(names, where, facts.terminal)]
  })
}

function keyOf({ rule, workspace, slot }: RunRequest): string {
  return JSON.stringify([rule.source.file, rule.id, workspace, slot])
}

function hitLines(names: readonly string[], where: string, terminal: Terminal): readonly string[] {
  const rest = names.length - MOST_HIT
  const shown = rest > 1 ? [...names.slice(0, MOST_HIT), `and ${grouped(rest)} more`] : names
  const head = terminal.styles.dim(`hits ${countOf(names.length, 'rule')}${terminalSafe(where)}:`)
  return wrapped(`  ${head} ${terminalSafe(shown.join('; '))}`, terminal)
}

function errorOf(result: RunResult): ErrorRecord | undefined {
  if (result.kind === 'failed') return toErrorRecord(result.error)
  return result.kind === 'finished' ? result.outcome.error : undefined
}

function undeliveredLines(undelivered: RunAllResult['undelivered'], { styles }: Terminal): readonly string[] {
  if (undelivered === undefined || undelivered.length === 0) return []
  const count = countOf(undelivered.length, 'delivery', 'deliveries')
  return [`${styles.yellow('warning')}: ${count} to sinks did not arrive yet; hunt outbox says why`]
}
