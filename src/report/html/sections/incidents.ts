import { gravity } from '../../model/common.ts'
import type { Report, ReportedEntity, ReportedIncident } from '../../model/report.ts'
import { entityGraph } from '../charts/entity-graph.ts'
import { clockfaceOf, count } from '../../formats/words.ts'
import { markup } from '../markup.ts'
import type { Html } from '../markup.ts'
import { dataTable, entityList, section, severityBadge } from './parts.ts'

export function incidentSection(report: Report): Html {
  const { incidents, timeZone } = report
  const { minute } = clockfaceOf(timeZone)
  const state = ({ change, closedAt, classification }: ReportedIncident): string =>
    closedAt === undefined ? change : `closed${classification === undefined ? '' : `: ${classification}`}`
  const table = dataTable({
    id: 'incident-table',
    nouns: ['incident', 'incidents'],
    rows: incidents,
    empty: 'No incident was opened, grew or was closed.',
    rowAttributes: ({ id, techniques, tactics, ruleName, entities }) => {
      const words = [id, ruleName, ...techniques, ...tactics, ...entities.map(({ label }) => label)]
      return markup` data-incident="${id}" data-words="${words.join(' ')}"`
    },
    columns: [
      {
        title: 'Severity',
        cell: ({ severity }) => severityBadge(severity),
        sortBy: ({ severity }) => gravity(severity),
      },
      {
        title: 'Incident',
        cell: ({ title, ruleName, isLate }) =>
          markup`<span class="title">${title}</span
            ><span class="below">${ruleName}${isLate ? ' · came late' : ''}</span>`,
        sortBy: ({ title }) => title,
      },
      { title: 'State', cell: state },
      { title: 'Workspace', cell: ({ workspace }) => workspace },
      {
        title: 'Alerts',
        kind: 'number',
        cell: ({ alerts, allAlerts }) =>
          alerts === allAlerts ? alerts : markup`${alerts}<span class="below">of ${allAlerts}</span>`,
        sortBy: ({ alerts }) => alerts,
      },
      { title: 'Entities', cell: ({ entities }) => entityList(entities), sortBy: ({ entities }) => entities.length },
      {
        title: 'Last activity',
        cell: ({ lastActivity }) => markup`<time>${minute(lastActivity)}</time>`,
        sortBy: ({ lastActivity }) => lastActivity,
      },
    ],
  })
  return section('incidents', 'Incidents', table, markup`Open a line to see its story, its alerts and their rows.`)
}

export function entitySection(report: Report): Html {
  const { entities, news, timeZone } = report
  const { minute } = clockfaceOf(timeZone)
  const table = dataTable<ReportedEntity>({
    id: 'entity-table',
    nouns: ['entity', 'entities'],
    rows: entities,
    empty: 'No alert names an entity.',
    columns: [
      {
        title: 'Entity',
        cell: ({ label, isNew }) =>
          markup`<a class="title" href="#incidents" data-search="${label}">${label}</a
            >${isNew ? markup` <span class="badge badge-new">new</span>` : undefined}`,
        sortBy: ({ label }) => label,
      },
      { title: 'Type', cell: ({ type }) => type },
      {
        title: 'Gravest',
        cell: ({ severity }) => severityBadge(severity),
        sortBy: ({ severity }) => gravity(severity),
      },
      { title: 'Alerts', kind: 'number', cell: ({ alerts }) => alerts },
      { title: 'Incidents', kind: 'number', cell: ({ incidents }) => incidents.length },
      { title: 'Rules', kind: 'number', cell: ({ rules }) => rules.length },
      {
        title: 'Last activity',
        cell: ({ lastActivity }) => markup`<time>${minute(lastActivity)}</time>`,
        sortBy: ({ lastActivity }) => lastActivity,
      },
    ],
  })
  const legend = markup`<ul class="legend">
    <li>● account</li>
    <li>■ host</li>
    <li>◆ address</li>
    <li>▲ other</li>
  </ul>`
  return section(
    'entities',
    'Entities',
    markup`${entities.length === 0 ? undefined : markup`${legend}${entityGraph(report)}`}${table}`,
    markup`${count(news.entities.length, 'entity', 'entities')} in no alert of the period before. Colour is the gravest
    severity, size the number of alerts.`,
  )
}
