import type { Covered } from '../../domain/schedule.ts'
import type { RunRecord } from '../../ledger/index.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { formatDuration } from '../../time/duration.ts'
import { formatInstant, lengthOf } from '../../time/instant.ts'
import type { Selectable } from '../select-rules.ts'
import type { Terminal } from '../terminal.ts'
import { minuteOf } from './gaps.ts'
import { windowJson } from './pass-report.ts'
import { paintStatus } from './progress.ts'
import { fitTable } from './table.ts'
import type { TableColumn } from './table.ts'
import { grouped } from './words.ts'

/** Raised when a member goes or changes its meaning. Described by docs/schema/history.schema.json. */
const SCHEMA_VERSION = 1

export interface RuleHistory {
  readonly rule: Selectable
  readonly runs: readonly RunRecord[]
  readonly coverage: readonly Covered[]
}

export function historyJson(histories: readonly RuleHistory[]): unknown {
  return {
    schemaVersion: SCHEMA_VERSION,
    rules: histories.map(({ rule, runs, coverage }) => ({
      ruleId: rule.id,
      ruleName: rule.name,
      coverage: coverage.map(({ workspace, window }) => ({ workspace, ...Object(windowJson(window)) })),
      runs: runs.map(runJson),
    })),
  }
}

function runJson({ key, attempt, status, purpose, startedAt, finishedAt, error, result }: RunRecord): unknown {
  return {
    workspace: key.workspace,
    slot: formatInstant(key.slot),
    windowOverride: key.windowOverride === '' ? null : key.windowOverride,
    window: result === undefined ? null : windowJson(result.window),
    purpose,
    attempt,
    status,
    startedAt: formatInstant(startedAt),
    finishedAt: finishedAt === undefined ? null : formatInstant(finishedAt),
    ruleSha256: result?.ruleSha256 ?? null,
    backend: result?.backend ?? null,
    rows: result?.rowCount ?? null,
    excludedRows: result?.excludedCount ?? null,
    findings: result?.findingCount ?? null,
    newFindings: result?.newFindingCount ?? null,
    incidents: result?.incidentCount ?? null,
    warnings: result?.warnings ?? [],
    error: error ?? null,
  }
}

const COLUMNS: readonly TableColumn[] = [
  { title: 'Slot' },
  { title: 'Workspace', least: 8 },
  { title: 'Window' },
  { title: 'Purpose' },
  { title: 'Attempt', align: 'right' },
  { title: 'Rule version' },
  { title: 'Rows', align: 'right' },
  { title: 'New', align: 'right' },
  { title: 'Status', least: 8 },
]

/** What a narrow terminal loses: a file has one version most of the time, the window follows from the slot. */
const VARIANTS: readonly (readonly string[])[] = [
  [],
  ['Rule version'],
  ['Rule version', 'Attempt'],
  ['Rule version', 'Attempt', 'Workspace'],
  ['Rule version', 'Attempt', 'Workspace', 'Window'],
]

export function historyLines(histories: readonly RuleHistory[], terminal: Terminal): readonly string[] {
  return histories.flatMap((history, index) => [...(index === 0 ? [] : ['']), ...oneHistory(history, terminal)])
}

function oneHistory({ rule, runs, coverage }: RuleHistory, terminal: Terminal): readonly string[] {
  const { styles } = terminal
  const head = [styles.bold(terminalSafe(rule.name)), styles.dim(`${rule.id}  ${terminalSafe(rule.source.file)}`), '']
  if (runs.length === 0) return [...head, 'No runs.']
  const rows = runs.map(({ key, attempt, status, purpose, error, result }) => [
    { text: minuteOf(key.slot) },
    { text: key.workspace },
    {
      text: result === undefined ? '–' : `${formatDuration(lengthOf(result.window))} to ${minuteOf(result.window.end)}`,
    },
    { text: purpose },
    { text: grouped(attempt) },
    { text: result?.ruleSha256.slice(0, 8) ?? '–', paint: styles.dim },
    { text: result === undefined ? '–' : grouped(result.rowCount) },
    { text: result === undefined ? '–' : grouped(result.newFindingCount) },
    {
      text: error === undefined ? status : `${status}: ${error.code}`,
      paint: paintStatus(status === 'claimed' ? 'skipped' : status, styles),
    },
  ])
  const table = fitTable(COLUMNS, rows, terminal, VARIANTS)
  const searched = coverage.map(
    ({ workspace, window }) =>
      `  ${workspace}: ${minuteOf(window.start)} to ${minuteOf(window.end)} (${formatDuration(lengthOf(window))})`,
  )
  return [
    ...head,
    ...table,
    '',
    ...(searched.length === 0
      ? ['No interval is searched by the schedule yet.']
      : ['Searched without a hole:', ...searched]),
  ]
}
