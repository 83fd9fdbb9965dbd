import type { Instant, Window } from '../../domain/time.ts'
import { formatInstant } from '../../time/instant.ts'
import type {
  CoveredTechnique,
  Hole,
  Report,
  ReportedAlert,
  ReportedEntity,
  ReportedIncident,
} from '../model/report.ts'

/** Rises when a member changes its meaning or goes; new members leave it. Described by docs/schema/report.schema.json. */
export const REPORT_VERSION = 1

/** The report for programs: instants as ISO 8601 in UTC, durations in milliseconds, what is not known as null. */
export function reportDocument(report: Report) {
  const { totals, totalsBefore, severities, rules, timeline, news, coverage, health, late, attack } = report
  return {
    schemaVersion: REPORT_VERSION,
    period: span(report.period),
    before: span(report.before),
    timeZone: report.timeZone,
    madeAt: formatInstant(report.madeAt),
    madeBy: `hunt ${report.version}`,
    totals,
    totalsBefore,
    severities,
    incidents: report.incidents.map(incidentDocument),
    alerts: report.alerts.map(alertDocument),
    rules: rules.map(({ kind, severity, slowest, ...rule }) => ({
      ...rule,
      kind: kind ?? null,
      severity: severity ?? null,
      slowestMilliseconds: slowest,
    })),
    entities: report.entities.map(entityDocument),
    timeline: {
      stepMilliseconds: timeline.step,
      lateAlerts: timeline.lateAlerts,
      buckets: timeline.buckets.map(({ start, ...bucket }) => ({ start: formatInstant(start), ...bucket })),
    },
    news: { ...news, entities: news.entities.map(({ type, label }) => ({ type, label })) },
    coverage: {
      share: coverage.share ?? null,
      chosenOnly: coverage.chosenOnly,
      pairs: coverage.pairs.map(({ searched, share, holes, ...pair }) => ({
        ...pair,
        searchedMilliseconds: searched,
        share: share ?? null,
        holes: holes.map(holeDocument),
      })),
    },
    health: {
      failing: health.failing.map(({ since, ...rule }) => ({ ...rule, since: orNull(since) })),
      silent: health.silent.map(({ since, ...rule }) => ({ ...rule, since: formatInstant(since) })),
      noisy: health.noisy,
      broken: health.broken.map(({ since, ...rule }) => ({ ...rule, since: formatInstant(since) })),
    },
    late: {
      alertIds: late.alerts.map(({ id }) => id),
      runs: late.runs.map(({ worst, ...runs }) => ({ ...runs, worstMilliseconds: worst })),
      reconciled: late.reconciled,
      deliveries: late.deliveries.map(({ oldest, error, ...delivery }) => ({
        ...delivery,
        oldest: orNull(oldest),
        error: error ?? null,
      })),
    },
    hidden: report.hidden.map(({ expires, fault, ...rest }) => ({
      ...rest,
      expires: orNull(expires),
      fault: fault ?? null,
    })),
    silences: report.silences.map(({ since, until, toldAt, incidents, ...rest }) => ({
      ...rest,
      since: formatInstant(since),
      until: formatInstant(until),
      toldAt: orNull(toldAt),
      incidents: incidents.map(({ firstActivity, lastActivity, ...incident }) => ({
        ...incident,
        firstActivity: formatInstant(firstActivity),
        lastActivity: formatInstant(lastActivity),
      })),
    })),
    attack: {
      ...attack,
      tactics: attack.tactics.map((each) => ({ ...each, techniques: each.techniques.map(techniqueDocument) })),
      others: attack.others.map(techniqueDocument),
    },
    remarks: report.remarks,
  }
}

export type ReportDocument = ReturnType<typeof reportDocument>

export function reportJson(report: Report): string {
  return `${JSON.stringify(reportDocument(report), undefined, 2)}\n`
}

function incidentDocument(incident: ReportedIncident) {
  const { firstActivity, lastActivity, openedAt, closedAt, classification, ...rest } = incident
  return {
    ...rest,
    firstActivity: formatInstant(firstActivity),
    lastActivity: formatInstant(lastActivity),
    openedAt: formatInstant(openedAt),
    closedAt: orNull(closedAt),
    classification: classification ?? null,
  }
}

function alertDocument({ incidentId, raisedAt, recordedAt, ...rest }: ReportedAlert) {
  return {
    ...rest,
    incidentId: incidentId ?? null,
    raisedAt: formatInstant(raisedAt),
    recordedAt: formatInstant(recordedAt),
  }
}

function entityDocument({ firstActivity, lastActivity, ...rest }: ReportedEntity) {
  return { ...rest, firstActivity: formatInstant(firstActivity), lastActivity: formatInstant(lastActivity) }
}

function holeDocument({ window, error, ...rest }: Hole) {
  return { ...span(window), ...rest, error: error ?? null }
}

function techniqueDocument({ id, rules, idle, alerts }: CoveredTechnique) {
  return { id, rules, idle, alerts }
}

function span({ start, end }: Window) {
  return { start: formatInstant(start), end: formatInstant(end) }
}

function orNull(instant: Instant | undefined): string | null {
  return instant === undefined ? null : formatInstant(instant)
}
