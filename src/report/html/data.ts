import { groupBy } from '../../domain/sequence.ts'
import { terminalSafe, terminalSafeLines } from '../../text/terminal.ts'
import type { Report } from '../model/report.ts'
import { clockfaceOf } from '../formats/words.ts'
import { MOST_ROWS } from './sections/parts.ts'

/**
 * What the page shows of an incident once it is opened. It travels as JSON in a script element that no browser runs, and
 * becomes text nodes; `<` is written as an escape, so that nothing in it can end the element.
 */
export function pageData(report: Report): string {
  const { minute } = clockfaceOf(report.timeZone)
  const alerts = groupBy(report.alerts, ({ incidentId }) => incidentId)
  const evidence = new Map(report.evidence.map((each) => [each.alertId, each]))
  const incidents = report.incidents.slice(0, MOST_ROWS).map((incident) => [
    incident.id,
    {
      description: terminalSafeLines(incident.description),
      facts: [
        ['Incident', incident.id],
        ['Rule', `${incident.ruleName} (${incident.ruleId})`],
        ['Activity', `${minute(incident.firstActivity)} to ${minute(incident.lastActivity)}`],
        ['Opened', minute(incident.openedAt)],
        ['ATT&CK', [...incident.tactics, ...incident.techniques].join(', ')],
        ['Entities', incident.entities.map(({ type, label }) => `${type} ${label}`).join(', ')],
      ].map(([name = '', value = '']) => [name, terminalSafe(value)]),
      alerts: (alerts.get(incident.id) ?? []).slice(0, MOST_ALERTS).map(({ id, title, raisedAt, rows }) => {
        const { columns = [], rows: cells = [], remark } = evidence.get(id) ?? {}
        return {
          title: terminalSafe(title),
          raised: minute(raisedAt),
          count: rows,
          columns: columns.map(terminalSafe),
          rows: cells.map((row) => row.map(terminalSafeLines)),
          remark: remark === undefined ? null : terminalSafe(remark),
        }
      }),
      moreAlerts: Math.max(0, (alerts.get(incident.id)?.length ?? 0) - MOST_ALERTS),
    },
  ])
  return JSON.stringify({ incidents: Object.fromEntries(incidents) as unknown }).replace(/</g, '\\u003c')
}

const MOST_ALERTS = 50
