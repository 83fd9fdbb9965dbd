import { alertDocument, entityDocument, incidentDocument, lateDocument } from '../detect/index.ts'
import type { Diagnostic } from '../domain/diagnostic.ts'
import type { ExclusionUse } from '../domain/exclusion.ts'
import type { KustoType, Row } from '../domain/kusto.ts'
import type { Finding, Incident, RunOutcome } from '../domain/run.ts'
import { cellJson } from '../text/cell-json.ts'
import { formatInstant } from '../time/instant.ts'

/** Rises when a member changes its meaning or goes; new members leave it. Described by docs/schema/run-result.schema.json. */
export const RUN_RESULT_VERSION = 1

/**
 * A run as one JSON document, in pieces: a finding a line, so that text tools can work on it too. Cells are written by
 * cellJson: a `long` beyond ±(2^53 − 1) is a string of digits, `columns` says which type a cell has.
 */
export function* jsonPieces(outcome: RunOutcome): Generator<string> {
  yield `{\n${members(headOf(outcome))},\n  "findings": [`
  let separator = '\n    '
  const cells = outcome.columns.map(({ name, type }): CellPlace => ({ key: `${JSON.stringify(name)}:`, type }))
  for (const finding of outcome.findings) {
    yield separator + findingJson(finding, cells)
    separator = ',\n    '
  }
  yield outcome.findings.length === 0 ? '],\n  "excluded": [' : '\n  ],\n  "excluded": ['
  separator = '\n    '
  for (const { finding, by } of outcome.excluded) {
    yield `${separator}{"excludedBy":${JSON.stringify(by)},${findingJson(finding, cells).slice(1)}`
    separator = ',\n    '
  }
  yield outcome.excluded.length === 0 ? '],\n' : '\n  ],\n'
  yield `${members(tailOf(outcome))}\n}\n`
}

function headOf(outcome: RunOutcome) {
  const { key, rule, window, statistics } = outcome
  return {
    schemaVersion: RUN_RESULT_VERSION,
    rule: {
      id: rule.id,
      name: rule.name,
      kind: rule.kind,
      version: rule.version ?? null,
      severity: rule.severity ?? null,
      tactics: rule.tactics,
      techniques: rule.techniques,
      file: rule.source.file,
      sha256: rule.source.sha256,
      query: rule.query,
      doubts: rule.doubts.map(doubtDocument),
    },
    workspace: key.workspace,
    slot: formatInstant(key.slot),
    window: {
      start: formatInstant(window.start),
      end: formatInstant(window.end),
      chosenBy: key.windowOverride === '' ? 'rule' : 'caller',
    },
    backend: outcome.backend,
    attempt: outcome.attempt,
    status: outcome.status,
    opensIncidents: outcome.opensIncidents,
    ...(outcome.late === undefined ? {} : { late: lateDocument(outcome.late) }),
    startedAt: formatInstant(outcome.startedAt),
    finishedAt: formatInstant(outcome.finishedAt),
    error: outcome.error ?? null,
    warnings: outcome.warnings,
    notes: outcome.notes,
    statistics: {
      queryMilliseconds: Math.round(statistics.queryDuration),
      rowCount: statistics.rowCount,
      excludedRowCount: statistics.excludedRowCount,
      findingCount: statistics.findingCount,
      newFindingCount: statistics.newFindingCount,
      alertCount: statistics.alertCount,
      incidentCount: statistics.incidentCount,
      backend: statistics.backend ?? null,
    },
    exclusions: outcome.exclusions.map(exclusionDocument),
    columns: outcome.columns,
  }
}

function exclusionDocument({ expires, fault, ...use }: ExclusionUse) {
  return { ...use, expires: expires === undefined ? null : formatInstant(expires), fault: fault ?? null }
}

function doubtDocument({ code, message, hint, span }: Diagnostic) {
  return { code, message, hint: hint ?? null, place: `${span.file}:${span.line}:${span.column}` }
}

function tailOf({ alerts, opened, updated }: RunOutcome) {
  const document = (incident: Incident) => ({
    ...incidentDocument(incident),
    alertIds: incident.alerts.map((alert) => alert.id),
  })
  return {
    alerts: alerts.map(alertDocument),
    incidents: { opened: opened.map(document), updated: updated.map(document) },
  }
}

/** Members of the outermost object, indented by two, without its braces. */
function members(object: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(object, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value), 2)
  return text.slice(2, -2)
}

/** A column's name as JSON, made once and not for each of a hundred thousand rows. */
interface CellPlace {
  readonly key: string
  readonly type: KustoType
}

const NOTHING_MORE = '"entities":[],"entityProblems":[],"firstRecorded":null}'

function findingJson(finding: Finding, places: readonly CellPlace[]): string {
  const { entities, entityProblems, firstRecorded } = finding
  const start = `{"id":"${finding.id}","isNew":${finding.isNew},"row":${rowJson(finding.row, places)},`
  if (entities.length === 0 && entityProblems.length === 0 && firstRecorded === undefined) return start + NOTHING_MORE
  const rest = JSON.stringify({
    entities: entities.map(entityDocument),
    entityProblems,
    firstRecorded:
      firstRecorded === undefined
        ? null
        : { slot: formatInstant(firstRecorded.slot), incidentId: firstRecorded.incidentId ?? null },
  })
  return start + rest.slice(1)
}

function rowJson(row: Row, places: readonly CellPlace[]): string {
  const cells = places.map(({ key, type }, index) => key + cellJson(row[index] ?? null, type))
  return `{${cells.join(',')}}`
}
