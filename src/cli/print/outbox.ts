import type { OutboxRecord } from '../../domain/ports.ts'
import type { Instant } from '../../domain/time.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { formatDuration, minutes } from '../../time/duration.ts'
import { formatInstant } from '../../time/instant.ts'
import type { Duration } from '../../domain/time.ts'
import type { Terminal } from '../terminal.ts'
import { paintSeverity } from './paint.ts'
import { fitTable } from './table.ts'
import type { TableCell, TableColumn } from './table.ts'
import { grouped, wrapped } from './words.ts'

const COLUMNS: readonly TableColumn[] = [
  { title: 'No.', align: 'right' },
  { title: 'Sink', least: 6 },
  { title: 'Severity' },
  { title: 'Incident', least: 12 },
  { title: 'Tries', align: 'right' },
  { title: 'State' },
  { title: 'Last error', least: 12 },
]

/** A line for each delivery that did not arrive. */
export function outboxLines(entries: readonly OutboxRecord[], now: Instant, terminal: Terminal): readonly string[] {
  const { styles } = terminal
  if (entries.length === 0) return ['Nothing waits: every sink has been told.']
  const rows = entries.map((entry) => [
    { text: String(entry.id) },
    { text: terminalSafe(entry.sink) },
    {
      text: entry.delivery.incident.severity,
      paint: paintSeverity(entry.delivery.incident.severity, styles),
    },
    { text: terminalSafe(entry.delivery.incident.title) },
    { text: grouped(entry.attempts) },
    stateCell(entry, now, styles),
    { text: terminalSafe(entry.lastError?.message ?? ''), paint: styles.dim },
  ])
  return fitTable(COLUMNS, rows, terminal, [[], ['Last error']])
}

/** Sinks that no settings name any more: whoever took one out must know that it still owes something. */
export function homelessLines(sinks: readonly string[], terminal: Terminal): readonly string[] {
  return sinks.flatMap((sink) => {
    const name = terminalSafe(sink)
    const text = `The sink ${name} is not in these settings, so that nobody delivers to it: put it back, or hunt outbox drop --sink ${name}`
    return wrapped(`${terminal.styles.yellow('warning')}: ${text}`, terminal)
  })
}

function stateCell(entry: OutboxRecord, now: Instant, styles: Terminal['styles']): TableCell {
  if (entry.deadSince !== undefined) return { text: 'dead', paint: styles.red }
  if (entry.takenUntil !== undefined && entry.takenUntil > now) return { text: 'in hand' }
  if (entry.nextAttempt <= now) return { text: 'due', paint: styles.yellow }
  const wait = Math.ceil((entry.nextAttempt - now) / minutes(1)) * minutes(1)
  return { text: `in ${formatDuration(wait as Duration)}`, paint: styles.yellow }
}

/** docs/schema/outbox.schema.json describes it. */
export function outboxJson(entry: OutboxRecord): unknown {
  const { incident, key, reason } = entry.delivery
  const time = (instant: Instant | undefined): string | null => (instant === undefined ? null : formatInstant(instant))
  return {
    id: entry.id,
    sink: entry.sink,
    key,
    reason,
    incident: {
      id: incident.id,
      title: incident.title,
      severity: incident.severity,
      ruleId: incident.ruleId,
      ruleName: incident.ruleName,
      workspace: incident.workspace,
    },
    attempts: entry.attempts,
    createdAt: time(entry.createdAt),
    failedSince: time(entry.failedSince),
    deadSince: time(entry.deadSince),
    nextAttempt: entry.deadSince === undefined ? formatInstant(entry.nextAttempt) : null,
    lastError: entry.lastError ?? null,
  }
}
