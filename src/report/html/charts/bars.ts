import { scaleLinear } from 'd3-scale'
import { arc, pie } from 'd3-shape'
import type { Severity } from '../../../domain/rule.ts'
import { sum } from '../../model/common.ts'
import type { Report, SeverityCount } from '../../model/report.ts'
import { count } from '../../formats/words.ts'
import { markup, px } from '../markup.ts'
import type { Html } from '../markup.ts'

const SIZE = 220
const HOLE = 64

/** Incidents by severity as a ring, with the number in its middle. The table beside it says the same in words. */
export function severityRing({ severities, totals }: Report): Html {
  const slices = pie<SeverityCount>()
    .value(({ incidents }) => incidents)
    .sort(null)
    .padAngle(0.025)([...severities])
  const path = arc<(typeof slices)[number]>()
    .innerRadius(HOLE)
    .outerRadius(SIZE / 2 - 4)
    .cornerRadius(3)
  const drawn = slices.filter(({ value }) => value > 0)
  const words = severities.map(({ severity, incidents }) => `${incidents} ${severity}`).join(', ')
  return markup`<svg class="chart ring" viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-labelledby="ring-title ring-desc">
    <title id="ring-title">Incidents by severity</title>
    <desc id="ring-desc">${words}</desc>
    <g transform="translate(${SIZE / 2} ${SIZE / 2})">
      ${drawn.length === 0 ? markup`<circle class="ring-empty" r="${SIZE / 2 - 26}" />` : drawn.map((slice) => markup`<path class="fill-${slice.data.severity.toLowerCase()}" d="${path(slice) ?? ''}"><title>${slice.data.severity}: ${slice.value}</title></path>`)}
      <text class="ring-number" text-anchor="middle" y="6">${totals.incidents}</text>
      <text class="ring-label" text-anchor="middle" y="28">${totals.incidents === 1 ? 'incident' : 'incidents'}</text>
    </g>
  </svg>`
}

const ROW = 34
const WIDTH = 560
const MOST_BARS = 10

/** Rules by alerts, the period before as a thin line below: who is louder than usual shows at once. */
export function ruleBars({ rules }: Report): Html {
  const all = rules.filter(({ alerts, alertsBefore }) => alerts + alertsBefore > 0)
  const shown = all.slice(0, MOST_BARS)
  const most = Math.max(1, ...shown.flatMap(({ alerts, alertsBefore }) => [alerts, alertsBefore]))
  const x = scaleLinear([0, most], [0, WIDTH - 60])
  const height = Math.max(1, shown.length) * ROW + 4
  const left = sum(all.slice(MOST_BARS), ({ alerts }) => alerts)
  const bars = shown.map(({ ruleName, workspace, alerts, alertsBefore, severity }, index) => {
    const top = index * ROW
    return markup`<g
      ><title>${ruleName} (${workspace}): ${count(alerts, 'alert')}, ${alertsBefore} before</title>
      <text class="bar-name" x="0" y="${top + 12}">${cut(ruleName, 74)}</text>
      <rect
        class="fill-${className(severity)}"
        x="0"
        y="${top + 17}"
        width="${px(Math.max(2, x(alerts)))}"
        height="9"
        rx="2"
      />
      <rect class="before" x="0" y="${top + 27}" width="${px(x(alertsBefore))}" height="3" />
      <text class="bar-value" x="${px(Math.max(2, x(alerts)) + 8)}" y="${top + 26}">${alerts}</text></g
    >`
  })
  return markup`<svg
      class="chart bars"
      viewBox="0 0 ${WIDTH} ${height}"
      role="img"
      aria-labelledby="bars-title bars-desc"
    >
      <title id="bars-title">Alerts by rule</title>
      <desc id="bars-desc">${shown.map(({ ruleName, alerts }) => `${ruleName}: ${alerts}`).join('; ')}</desc>
      ${bars}</svg
    >${left > 0 ? markup`<p class="note">${count(all.length - MOST_BARS, 'rule')} more with ${count(left, 'alert')}, in the table below.</p>` : undefined}`
}

export function className(severity: Severity | undefined): string {
  return (severity ?? 'Informational').toLowerCase()
}

/** Text in SVG does not wrap. */
export function cut(text: string, most: number): string {
  const characters = [...text]
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}
