import type { LedgerBackup, LedgerCheck, LedgerContents, LedgerProblem, LedgerPrune } from '../../ledger/index.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { formatInstant } from '../../time/instant.ts'
import { shownPath } from '../shown-path.ts'
import type { Terminal } from '../terminal.ts'
import { countOf, wrapped } from './words.ts'

/** `error: what is wrong: run 3, run 7 and 4 more [claim-without-lease]`, its remedy, and a line about the whole. */
export function checkLines(check: LedgerCheck, terminal: Terminal): readonly string[] {
  const problems = check.problems.flatMap((problem) => problemLines(problem, terminal))
  return [...problems, ...wrapped(verdict(check), terminal)]
}

function problemLines(
  { severity, code, message, remedy, count, places }: LedgerProblem,
  terminal: Terminal,
): readonly string[] {
  const { styles } = terminal
  const paint = severity === 'error' ? styles.red : styles.yellow
  const more = count > places.length && places.length > 0 ? ` and ${count - places.length} more` : ''
  const where = places.length === 0 ? '' : `: ${terminalSafe(places.join(', '))}${more}`
  return [
    `${paint(severity)}: ${message}${where} ${styles.dim(`[${code}]`)}`,
    `  ${styles.dim('hint:')} ${remedy}`,
  ].flatMap((line) => wrapped(line, terminal))
}

function verdict({ path, ledgerVersion, contents, problems }: LedgerCheck): string {
  const isSound = problems.every(({ severity }) => severity === 'warning')
  const holds = contents === undefined ? '' : `: ${contentsText(contents)}`
  return `${path} is ${isSound ? 'sound' : 'not sound'}, schema version ${ledgerVersion}${holds}.`
}

export function backupLine({ path, bytes, contents }: LedgerBackup, cwd: string): string {
  return `${shownPath(path, cwd)}: ${byteText(bytes)}, ${contentsText(contents)}.`
}

/** What went, or would go, in words. */
export function pruneLines(
  { path, before, isDone, forgotten }: LedgerPrune,
  cwd: string,
  terminal: Terminal,
): readonly string[] {
  const { runs, findings, incidents, gaps, schedules } = forgotten
  const parts = [
    countOf(runs, 'run'),
    countOf(findings, 'finding'),
    countOf(incidents, 'incident'),
    ...(gaps > 0 ? [countOf(gaps, 'gap')] : []),
    ...(schedules > 0 ? [countOf(schedules, 'retired schedule')] : []),
  ]
  const what = `from before ${formatInstant(before)} that nothing needs any more: ${parts.join(', ')}`
  const text = isDone
    ? `forgot what is ${what}. The file keeps its size and fills the room again.`
    : `would forget what is ${what}. Nothing has been changed; --yes does it.`
  return wrapped(`${shownPath(path, cwd)}: ${text}`, terminal)
}

function contentsText({ runs, findings, incidents, undelivered }: LedgerContents): string {
  const waiting = undelivered === 0 ? 'nothing to deliver' : `${countOf(undelivered, 'delivery', 'deliveries')} waiting`
  return `${countOf(runs, 'run')}, ${countOf(findings, 'finding')}, ${countOf(incidents, 'incident')}, ${waiting}`
}

function byteText(bytes: number): string {
  return bytes < 10_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${Math.round(bytes / 1_000_000)} MB`
}
