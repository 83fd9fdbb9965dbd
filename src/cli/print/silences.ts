import { silenceWarnings } from '../../detect/index.ts'
import { targetText } from '../../domain/silence.ts'
import type { Silence, SilencedIncident, SilenceRecord } from '../../domain/silence.ts'
import type { Instant } from '../../domain/time.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { formatInstant } from '../../time/instant.ts'
import type { Terminal } from '../terminal.ts'
import { minuteOf } from './gaps.ts'
import { paintSeverity } from './paint.ts'
import { fitTable } from './table.ts'
import type { TableColumn } from './table.ts'
import { countOf, grouped, wrapped } from './words.ts'

/** Raised when a member goes or changes its meaning. Described by docs/schema/silences.schema.json. */
const SCHEMA_VERSION = 1

export function silenceJson({ id, target, since, until, reason, author }: Silence): Readonly<Record<string, unknown>> {
  const { rule, workspace, entity } = target
  return {
    id,
    ruleId: rule?.id ?? null,
    ruleName: rule?.name ?? null,
    workspace: workspace ?? null,
    entity: entity === undefined ? null : `${entity.kind}:${entity.value}`,
    since: formatInstant(since),
    until: formatInstant(until),
    reason,
    author,
  }
}

/** Incidents of a run that nobody is told of. */
export function silencedJson(silenced: readonly SilencedIncident[]): readonly unknown[] {
  return silenced.map(({ incidentId, silence: { id, until, reason } }) => ({
    incidentId,
    silenceId: id,
    until: formatInstant(until),
    reason,
  }))
}

export function silenceRecordJson(record: SilenceRecord, now: Instant): unknown {
  const { since, until, incidentCount, gravest, toldAt } = record
  return {
    ...silenceJson(record),
    holds: since <= now && now < until,
    incidentCount,
    gravest: gravest ?? null,
    toldAt: toldAt === undefined ? null : formatInstant(toldAt),
    warnings: silenceWarnings(record),
  }
}

export function silencesJson(records: readonly SilenceRecord[], now: Instant): unknown {
  return { schemaVersion: SCHEMA_VERSION, silences: records.map((record) => silenceRecordJson(record, now)) }
}

const COLUMNS: readonly TableColumn[] = [
  { title: 'No', align: 'right' },
  { title: 'Silent', least: 16 },
  { title: 'Until' },
  { title: 'Held back', align: 'right' },
  { title: 'By', least: 6 },
  { title: 'Reason', least: 10 },
]

export function silenceLines(records: readonly SilenceRecord[], now: Instant, terminal: Terminal): readonly string[] {
  if (records.length === 0) return ['Nothing is silent.']
  const { styles } = terminal
  const rows = records.map((record) => {
    const { id, target, until, incidentCount, gravest, author, reason } = record
    const isOver = until <= now
    return [
      { text: String(id) },
      { text: terminalSafe(targetText(target)), ...(isOver ? { paint: styles.dim } : {}) },
      { text: minuteOf(until), ...(isOver ? { paint: styles.dim } : {}) },
      { text: grouped(incidentCount), paint: incidentCount === 0 ? styles.dim : paintSeverity(gravest, styles) },
      { text: terminalSafe(author) },
      { text: terminalSafe(reason) },
    ]
  })
  const lines = fitTable(COLUMNS, rows, terminal, [[], ['By']])
  const warnings = records
    .filter(({ until }) => until > now)
    .flatMap((record) => silenceWarnings(record).map((text) => `silence ${record.id}: ${text}`))
  return [
    ...lines,
    ...(warnings.length === 0 ? [] : ['']),
    ...warnings.flatMap((text) => wrapped(`${styles.yellow('warning')}: ${terminalSafe(text)}`, terminal)),
  ]
}

/** For a person who looks at something else: what is silent, in a line each. */
export function silenceNotices(records: readonly SilenceRecord[], terminal: Terminal): readonly string[] {
  return records.flatMap(({ id, target, until, incidentCount }) =>
    wrapped(
      `${terminal.styles.yellow('silent')}: ${terminalSafe(targetText(target))} until ${minuteOf(until)}, ` +
        `${countOf(incidentCount, 'incident')} held back (silence ${id})`,
      terminal,
    ),
  )
}
