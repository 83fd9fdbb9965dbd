import { rulesIn, sum } from '../../model/common.ts'
import type { Report } from '../../model/report.ts'
import { ruleBars, severityRing } from '../charts/bars.ts'
import { timelineChart } from '../charts/timeline.ts'
import { count, percent } from '../../formats/words.ts'
import { markup } from '../markup.ts'
import type { Html, Insertable } from '../markup.ts'
import { dataTable, deltaOf, section, severityBadge } from './parts.ts'

/** The numbers of the period, as tiles. */
export function tiles(report: Report): Html {
  const { totals, totalsBefore, coverage, health, severities } = report
  const failing = health.failing.filter(({ since }) => since !== undefined).length
  const open = sum(severities, (each) => each.open)
  const delta = deltaOf(report)
  return markup`<div class="tiles">
    ${tile('Incidents opened', totals.incidents, delta(totals.incidents, totalsBefore.incidents), '#incidents')}
    ${tile('Alerts', totals.alerts, delta(totals.alerts, totalsBefore.alerts), '#timeline')}
    ${tile('New findings', totals.findings, delta(totals.findings, totalsBefore.findings), '#rules')}
    ${tile('Open incidents', open, markup`<span class="delta">in all</span>`, '#incidents')}
    ${tile('Searched', coverage.share === undefined ? '–' : percent(coverage.share), markup`<span class="delta">${coverage.share === undefined ? 'nothing is scheduled' : 'of what was due'}</span>`, '#coverage', (coverage.share ?? 1) < 1)}
    ${tile('Failing rules', failing, markup`<span class="delta">${totals.failedRuns} of ${count(totals.runs, 'run')} failed</span>`, '#health', failing > 0)}
  </div>`
}

function tile(title: string, value: number | string, below: Html | undefined, target: string, isBad = false): Html {
  const shown = typeof value === 'number' ? value.toLocaleString('en-US') : value
  return markup`<a class="tile${isBad ? ' tile-bad' : ''}" href="${target}"
    ><span class="tile-title">${title}</span><span class="tile-value">${shown}</span>${below}</a
  >`
}

/** What somebody should look at, the gravest first; each line leads to its place. */
export function attention(report: Report): Html {
  const { incidents, health, coverage, hidden, silences, late, news, remarks } = report
  const held = new Map(silences.flatMap((silence) => silence.incidents.map((each) => [each.incidentId, each])))
  const grave = [...held.values()].some(({ severity }) => severity === 'High')
  const faulty = hidden.filter(({ fault }) => fault !== undefined)
  const rows = sum(hidden, (each) => each.rows)
  const high = incidents.filter(({ severity, change }) => severity === 'High' && change !== 'closed')
  const failing = health.failing.filter(({ since }) => since !== undefined)
  const holes = coverage.pairs.filter(({ holes: own }) => own.some((hole) => hole.isWorrying && !hole.isAcknowledged))
  const dead = sum(late.deliveries, (each) => each.dead)
  const waiting = sum(late.deliveries, (each) => each.waiting)
  const never = health.silent.filter(({ kind }) => kind === 'never ran')
  const lines: readonly (readonly [kind: 'bad' | 'warn' | 'info', target: string, text: string] | undefined)[] = [
    high.length > 0 ? ['bad', '#incidents', `${count(high.length, 'incident')} of high severity`] : undefined,
    failing.length > 0
      ? [
          'bad',
          '#health',
          `${count(rulesIn(failing), 'rule')} failing${news.failing.length > 0 ? `, ${rulesIn(news.failing)} of them newly` : ''}`,
        ]
      : undefined,
    holes.length > 0
      ? ['bad', '#coverage', `${count(rulesIn(holes), 'rule')} with time that was not searched`]
      : undefined,
    dead > 0 ? ['bad', '#late', `${count(dead, 'delivery', 'deliveries')} given up: a sink was never told`] : undefined,
    never.length > 0 ? ['warn', '#health', `${count(rulesIn(never), 'scheduled rule')} never ran`] : undefined,
    health.broken.length > 0
      ? ['warn', '#health', `${count(health.broken.length, 'rule file')} broken: the last good version runs`]
      : undefined,
    waiting > 0 ? ['warn', '#late', `${count(waiting, 'delivery', 'deliveries')} waiting for a sink`] : undefined,
    late.alerts.length > 0 ? ['warn', '#late', `${count(late.alerts.length, 'alert')} of before came late`] : undefined,
    health.noisy.length > 0 ? ['warn', '#health', `${count(health.noisy.length, 'rule')} noisy`] : undefined,
    news.silent.length > 0 ? ['warn', '#health', `${count(rulesIn(news.silent), 'rule')} newly silent`] : undefined,
    faulty.length > 0
      ? ['warn', '#hidden', `${count(faulty.length, 'exclusion')} with a fault: nothing is hidden by it`]
      : undefined,
    held.size > 0
      ? [grave ? 'warn' : 'info', '#silences', `${count(held.size, 'incident')} held back by a silence`]
      : undefined,
    rows > 0 ? ['info', '#hidden', `${count(rows, 'row')} hidden by exclusions`] : undefined,
    ...remarks.map((text) => ['info', '', text] as const),
  ]
  const said = lines.filter((line) => line !== undefined)
  const items = said.map(
    ([kind, target, text]) =>
      markup`<li class="look look-${kind}">${target === '' ? text : markup`<a href="${target}">${text}</a>`}</li>`,
  )
  return section(
    'attention',
    'What needs a look',
    said.length === 0
      ? markup`<p class="empty">Nothing: all was searched, and nothing grave was found.</p>`
      : markup`<ul class="looks">
          ${items}
        </ul>`,
  )
}

export function charts(report: Report): Html {
  const { severities, late } = report
  const delta = deltaOf(report)
  const legend = severities.map(
    ({ severity }) => markup`<li><span class="key key-${severity.toLowerCase()}"></span>${severity}</li>`,
  )
  const table = dataTable({
    id: 'severity-table',
    nouns: ['severity', 'severities'],
    rows: severities,
    empty: '',
    filterable: false,
    sortable: false,
    columns: [
      { title: 'Severity', cell: ({ severity }) => severityBadge(severity) },
      {
        title: 'Incidents',
        kind: 'number',
        cell: ({ incidents, incidentsBefore }) => [incidents, ' ', delta(incidents, incidentsBefore)],
        sortBy: ({ incidents }) => incidents,
      },
      {
        title: 'Alerts',
        kind: 'number',
        cell: ({ alerts, alertsBefore }) => [alerts, ' ', delta(alerts, alertsBefore)],
        sortBy: ({ alerts }) => alerts,
      },
      { title: 'Open now', kind: 'number', cell: ({ open }) => open },
    ],
  })
  const lateNote: Insertable =
    late.alerts.length === 0
      ? undefined
      : markup`<p class="note">
          ${count(late.alerts.length, 'alert')} of before the period, which came in it, are listed under
          <a href="#late">What was late</a>.
        </p>`
  return markup`${section(
    'timeline',
    'Alerts over time',
    markup`<ul class="legend">
          ${legend}
          <li><span class="key strip-good"></span>runs complete</li>
          <li><span class="key strip-bad"></span>runs failed</li>
        </ul>
        <div class="wide" tabindex="0" role="region" aria-label="Chart of alerts over time">${timelineChart(report)}</div>${lateNote}`,
  )}
    <div class="columns">
      ${section('severity', 'By severity', markup`<div class="ring-and-table">${severityRing(report)}${table}</div>`)}
      ${section('rule-chart', 'By rule', ruleBars(report), markup`The thin line is the period before.`)}
    </div>`
}
