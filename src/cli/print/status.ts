import type { KeptLogsRecord } from '../../domain/kept-logs.ts'
import type { OutboxRecord } from '../../domain/ports.ts'
import type { SilenceRecord } from '../../domain/silence.ts'
import type { Instant } from '../../domain/time.ts'
import { isWorrying } from '../../schedule/index.ts'
import type { Condition, PairStatus } from '../../schedule/index.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { formatDuration } from '../../time/duration.ts'
import { formatInstant } from '../../time/instant.ts'
import type { Terminal } from '../terminal.ts'
import type { OldVersion } from '../good-versions.ts'
import type { ListedExclusion } from './exclusions.ts'
import { activityJson, activityText } from './activity.ts'
import type { Activity } from './activity.ts'
import { minuteOf } from './gaps.ts'
import { keptLogsJson, keptLogsNotices } from './kept-logs.ts'
import { oldVersionJson } from './pass-report.ts'
import { silenceNotices, silenceRecordJson } from './silences.ts'
import { fitTable } from './table.ts'
import type { TableCell, TableColumn } from './table.ts'
import { countOf, grouped, wrapped } from './words.ts'

/** Raised when a member goes or changes its meaning. Described by docs/schema/status.schema.json. */
const SCHEMA_VERSION = 1

/** What is not told, what should not be told but is, and what nobody could tell. */
export interface Hidden {
  /** Those that hold. */
  readonly silences: readonly SilenceRecord[]
  /** Exclusions that should hide something and do not. */
  readonly uselessExclusions: readonly ListedExclusion[]
  /** Deliveries that sinks still owe. */
  readonly undelivered: readonly Pick<OutboxRecord, 'deadSince'>[]
  /** How long workspaces keep their logs, as the service was asked. */
  readonly keptLogs: readonly KeptLogsRecord[]
}

export interface StatusJsonFacts extends Pick<StatusFacts, 'now' | 'unconfigured' | 'hidden' | 'activity'> {
  readonly old: readonly OldVersion[]
}

export function statusJson(
  statuses: readonly PairStatus[],
  { unconfigured, old, hidden, activity, now }: StatusJsonFacts,
): unknown {
  const { silences, uselessExclusions, keptLogs, undelivered } = hidden
  const dead = deadCount(undelivered)
  return {
    schemaVersion: SCHEMA_VERSION,
    silences: silences.map((record) => silenceRecordJson(record, now)),
    uselessExclusions: uselessExclusions.map(({ ruleId, ruleName, exclusion: { name }, state, fault, place }) => {
      return { ruleId, ruleName, name, state, fault: fault ?? null, place: place ?? null }
    }),
    undelivered: { waiting: undelivered.length - dead, dead },
    oldVersions: old.map(oldVersionJson),
    unconfiguredWorkspaces: unconfigured,
    keptLogs: keptLogs.map(keptLogsJson),
    rules: statuses.map((status) => {
      const { covered, state, step } = status
      const { failing, paused, inactive } = state ?? {}
      return {
        ruleId: status.ruleId,
        ruleName: status.ruleName,
        workspace: status.workspace,
        condition: status.condition,
        ruleFolder: state?.ruleFolder || null,
        every: step === undefined ? null : formatDuration(step),
        overlap: status.overlap === undefined ? null : formatDuration(status.overlap),
        coveredSince: timeOrNull(covered?.since),
        coveredThrough: timeOrNull(covered?.through),
        owedSlots: status.owed,
        nextRun: timeOrNull(status.nextRun),
        gapSlots: status.gapSlots,
        reconciledThrough: timeOrNull(status.reconciledThrough),
        failing:
          failing === undefined
            ? null
            : {
                since: formatInstant(failing.since),
                failures: failing.failures,
                nextTry: formatInstant(failing.nextTry),
                error: failing.error,
              },
        // The ledger keeps a pause that is over until its slots are recorded.
        paused:
          paused === undefined || (paused.until ?? Infinity) <= now
            ? null
            : { since: formatInstant(paused.since), until: timeOrNull(paused.until) },
        inactiveSince: timeOrNull(inactive?.since),
        activity: activityJson(activity(status)),
      }
    }),
  }
}

function timeOrNull(instant: Instant | undefined): string | null {
  return instant === undefined ? null : formatInstant(instant)
}

/** New findings of the last days, as a sparkline. */
const [LONG, SHORT] = ['New 14d', 'New 7d']

const COLUMNS: readonly TableColumn[] = [
  { title: 'Rule', least: 16 },
  { title: 'Workspace', least: 8 },
  { title: 'Every', align: 'right' },
  { title: 'Searched through' },
  { title: 'Owed', align: 'right' },
  { title: 'Gaps', align: 'right' },
  { title: LONG },
  { title: SHORT },
  { title: 'Condition', least: 12 },
]

/** What a narrow terminal goes without; which of several workspaces a line is about must be seen. */
function variantsOf(statuses: readonly PairStatus[]): readonly (readonly string[])[] {
  const one = new Set(statuses.map(({ workspace }) => workspace)).size < 2 ? ['Workspace'] : ['Every']
  return [[SHORT], [LONG], [LONG, ...one], [LONG, SHORT], [LONG, SHORT, ...one], [LONG, SHORT, 'Every', ...one]]
}

export interface StatusFacts {
  readonly now: Instant
  /** Through when slots should be searched once more for late records; undefined where none are. */
  readonly reconciliationHorizon: Instant | undefined
  /** Workspaces of schedules that the settings do not name. */
  readonly unconfigured: readonly string[]
  readonly terminal: Terminal
  readonly hidden: Hidden
  readonly activity: (pair: PairStatus) => Activity
}

/** A line for each rule and workspace, then what there is to worry about. */
export function statusLines(statuses: readonly PairStatus[], facts: StatusFacts): readonly string[] {
  const { now, terminal, reconciliationHorizon, hidden, activity } = facts
  // What is kept from everybody counts for rules that are run by hand, too.
  if (statuses.length === 0) return ['No rule is scheduled.', ...hiddenLines(hidden, terminal)]
  const rows = statuses.map((status) => rowOf(status, now, activity(status), terminal))
  const lines = fitTable(COLUMNS, rows, terminal, variantsOf(statuses))
  return [
    ...lines,
    ...worryLines(statuses, terminal),
    ...elsewhereLines(statuses, terminal),
    ...unconfiguredLines(statuses, facts),
    ...hiddenLines(hidden, terminal),
    ...reconciliationLines(statuses, reconciliationHorizon, terminal),
  ]
}

/** What this folder of rules does not know, and others run. */
function elsewhereLines(statuses: readonly PairStatus[], terminal: Terminal): readonly string[] {
  const counts = new Map<string, number>()
  for (const { condition, state } of statuses) {
    const folder = state?.ruleFolder ?? ''
    if (condition === 'elsewhere') counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  return [...counts].flatMap(([folder, count]) => {
    const verb = count === 1 ? 'is' : 'are'
    const text = `${countOf(count, 'schedule')} ${verb} of the folder ${folder}; --queries ${folder} shows how they do`
    return wrapped(terminal.styles.dim(terminalSafe(text)), terminal)
  })
}

/** Whoever searches there knows of the workspace by an option; nobody does where it was taken out of hunt.yaml. */
function unconfiguredLines(
  statuses: readonly PairStatus[],
  { unconfigured, terminal }: Pick<StatusFacts, 'unconfigured' | 'terminal'>,
): readonly string[] {
  const shown = unconfigured.filter((name) => statuses.some(({ workspace }) => workspace === name))
  return shown.flatMap((name) => {
    const text = `The workspace ${name} is not in these settings: only a process with other ones, or with --data, searches it. If it is gone for good: hunt pause --all --workspace ${name}`
    return wrapped(terminal.styles.dim(terminalSafe(text)), terminal)
  })
}

function deadCount(undelivered: Hidden['undelivered']): number {
  return undelivered.filter(({ deadSince }) => deadSince !== undefined).length
}

/** An incident that nobody is told of is as good as not found. */
function undeliveredLines(undelivered: Hidden['undelivered'], { styles }: Terminal): readonly string[] {
  if (undelivered.length === 0) return []
  const dead = deadCount(undelivered)
  const count = countOf(undelivered.length, 'delivery', 'deliveries')
  const given = dead === 0 ? '' : `, ${grouped(dead)} of them given up`
  return [`${styles.yellow('warning')}: ${count} to sinks did not arrive yet${given}; hunt outbox says why`]
}

function hiddenLines(
  { silences, uselessExclusions, keptLogs, undelivered }: Hidden,
  terminal: Terminal,
): readonly string[] {
  const count = countOf(uselessExclusions.length, 'exclusion')
  const verb = uselessExclusions.length === 1 ? 'hides nothing although it' : 'hide nothing although they'
  return [
    ...undeliveredLines(undelivered, terminal),
    ...silenceNotices(silences, terminal),
    ...(uselessExclusions.length === 0
      ? []
      : wrapped(`${terminal.styles.yellow('warning')}: ${count} ${verb} should; hunt exclusions says why`, terminal)),
    ...keptLogsNotices(keptLogs, terminal),
  ]
}

/** Being behind is no worry: it takes what the due slots leave over. */
function reconciliationLines(
  statuses: readonly PairStatus[],
  horizon: Instant | undefined,
  { styles }: Terminal,
): readonly string[] {
  if (horizon === undefined) return []
  const scheduled = statuses.filter(({ step }) => step !== undefined)
  const behind = scheduled.filter(({ reconciledThrough }) => (reconciledThrough ?? 0) < horizon).length
  // The horizon is the last moment of a day.
  const through = `for late records of the days through ${formatInstant(horizon).slice(0, 10)}`
  const text =
    behind === 0
      ? `Searched once more ${through}.`
      : `${grouped(behind)} of ${countOf(scheduled.length, 'schedule')} still to be searched once more ${through}.`
  return [styles.dim(text)]
}

function rowOf(
  status: PairStatus,
  now: Instant,
  activity: Activity,
  { styles, drawsBlocks }: Terminal,
): readonly TableCell[] {
  const { ruleName, workspace, step, covered, owed, gapSlots } = status
  return [
    { text: terminalSafe(ruleName) },
    { text: workspace },
    { text: step === undefined ? '–' : formatDuration(step) },
    { text: covered === undefined ? 'never' : minuteOf(covered.through) },
    { text: grouped(owed), paint: owed > 1 ? styles.yellow : styles.dim },
    { text: grouped(gapSlots), paint: gapSlots > 0 ? styles.yellow : styles.dim },
    { text: activityText(activity, 14, drawsBlocks), paint: styles.cyan },
    { text: activityText(activity, 7, drawsBlocks), paint: styles.cyan },
    { text: conditionText(status, now), paint: paintOf(status.condition, styles) },
  ]
}

function conditionText({ condition, state }: PairStatus, now: Instant): string {
  const until = state?.paused?.until
  if (condition === 'paused') return until === undefined ? 'paused' : `paused until ${minuteOf(until)}`
  const failing = state?.failing
  if (condition !== 'failing' || failing === undefined) return condition
  const next = failing.nextTry <= now ? 'now due' : `next try ${minuteOf(failing.nextTry)}`
  return `failing since ${minuteOf(failing.since)}, ${next}`
}

function paintOf(condition: Condition, styles: Terminal['styles']): (text: string) => string {
  if (condition === 'failing') return styles.red
  if (condition === 'late' || condition === 'paused') return styles.yellow
  return condition === 'ok' ? styles.green : styles.dim
}

function worryLines(statuses: readonly PairStatus[], terminal: Terminal): readonly string[] {
  const { styles } = terminal
  const failing = statuses.flatMap(({ ruleName, workspace, condition, state }) => {
    const error = state?.failing?.error
    // What is not scheduled any more keeps its last failure, which nobody need mend.
    if (condition !== 'failing' || error === undefined) return []
    const hint = error.hint === undefined ? '' : `; ${error.hint}`
    return wrapped(
      `${styles.red('failing')}: ${terminalSafe(`${ruleName} in ${workspace}: ${error.message}${hint}`)} ${styles.dim(`[${error.code}]`)}`,
      terminal,
    )
  })
  const worries = statuses.filter(isWorrying).length
  const gaps = statuses.some(({ gapSlots }) => gapSlots > 0) ? '; hunt gaps shows what was never searched' : ''
  const summary =
    worries === 0
      ? wellText(statuses, styles)
      : `${grouped(worries)} of ${countOf(statuses.length, 'schedule')} ${worries === 1 ? 'needs' : 'need'} attention${gaps}`
  return ['', ...failing, summary]
}

/** Green only where all that should be searched is. */
function wellText(statuses: readonly PairStatus[], styles: Terminal['styles']): string {
  const paused = statuses.filter(({ condition }) => condition === 'paused').length
  if (statuses.every(({ step }) => step === undefined)) return 'None of these rules is scheduled here any more.'
  if (paused === statuses.length) return styles.yellow('All rules are paused: nothing is searched.')
  const owed = statuses.reduce((sum, status) => sum + (status.condition === 'paused' ? 0 : status.owed), 0)
  if (owed > 0) return styles.green(`No rule is behind its schedule; ${countOf(owed, 'slot')} due now.`)
  const but = paused === 0 ? '' : `, but for ${countOf(paused, 'schedule')} that ${paused === 1 ? 'is' : 'are'} paused`
  return styles.green(`All rules are searched through their latest slot${but}.`)
}
