import { scaleBand, scaleLinear } from 'd3-scale'
import { SEVERITIES } from '../../../domain/rule.ts'
import { days } from '../../../time/duration.ts'
import { sum } from '../../model/common.ts'
import type { Bucket, Report } from '../../model/report.ts'
import { clockfaceOf, count } from '../../formats/words.ts'
import type { Clockface } from '../../formats/words.ts'
import { markup, px } from '../markup.ts'
import type { Html } from '../markup.ts'

const WIDTH = 1180
const HEIGHT = 260
const MARGIN = { top: 14, right: 8, bottom: 44, left: 44 }
/** The strip of runs under the bars. */
const STRIP = 10
const MOST_LABELS = 12

/** Alerts over time, stacked by severity, and below them whether runs failed. */
export function timelineChart({ timeline: { buckets, step, lateAlerts }, timeZone }: Report): Html {
  const clock = clockfaceOf(timeZone)
  const x = scaleBand<number>(
    buckets.map((_, index) => index),
    [MARGIN.left, WIDTH - MARGIN.right],
  ).padding(0.18)
  const most = Math.max(4, ...buckets.map(alertsOf))
  const floor = HEIGHT - MARGIN.bottom - STRIP - 6
  const y = scaleLinear([0, most], [floor, MARGIN.top]).nice()
  const every = Math.ceil(buckets.length / MOST_LABELS)
  const label = (bucket: Bucket): string =>
    step >= days(1) ? clock.day(bucket.start) : `${clock.day(bucket.start)} ${clock.time(bucket.start)}`
  const ticks = y.ticks(4).filter(Number.isInteger)
  const total = sum(buckets, alertsOf)
  const late =
    lateAlerts === 0
      ? ''
      : ` ${count(lateAlerts, 'alert')} of before the period ${lateAlerts === 1 ? 'is' : 'are'} not drawn.`
  return markup`<svg
    class="chart timeline"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    role="img"
    aria-labelledby="timeline-title timeline-desc"
  >
    <title id="timeline-title">Alerts over time</title>
    <desc id="timeline-desc">
      ${count(total, 'alert')} in ${count(buckets.length, 'step')}. ${peakWords(buckets, label)}${late}
    </desc>
    ${ticks.map((tick) => markup`<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${px(y(tick))}" y2="${px(y(tick))}" /><text class="tick" x="${MARGIN.left - 8}" y="${px(y(tick) + 4)}" text-anchor="end">${tick}</text>`)}
    ${buckets.map((bucket, index) => bar(bucket, { x: x(index) ?? 0, width: x.bandwidth(), y, label: label(bucket) }))}
    ${buckets.map((bucket, index) => strip(bucket, { x: x(index) ?? 0, width: x.bandwidth(), top: floor + 6 }, label(bucket)))}
    ${buckets.map((bucket, index) => (index % every === 0 ? tickLabel(bucket, (x(index) ?? 0) + x.bandwidth() / 2, step >= days(1), clock) : undefined))}
  </svg>`
}

function alertsOf({ alerts }: Bucket): number {
  return sum(SEVERITIES, (severity) => alerts[severity])
}

interface Place {
  readonly x: number
  readonly width: number
}

function bar(
  bucket: Bucket,
  { x, width, y, label }: Place & { readonly y: (value: number) => number; readonly label: string },
): Html {
  const words = SEVERITIES.toReversed().flatMap((each) =>
    bucket.alerts[each] === 0 ? [] : [`${bucket.alerts[each]} ${each}`],
  )
  let reached = 0
  const parts = SEVERITIES.map((severity) => {
    const value = bucket.alerts[severity]
    if (value === 0) return undefined
    const [bottom, top] = [y(reached), y(reached + value)]
    reached += value
    return markup`<rect
      class="fill-${severity.toLowerCase()}"
      x="${px(x)}"
      y="${px(top)}"
      width="${px(width)}"
      height="${px(Math.max(1, bottom - top - 1))}"
      rx="1.5"
    />`
  })
  return words.length === 0 ? markup`` : markup`<g class="bar"><title>${label}: ${words.join(', ')}</title>${parts}</g>`
}

function strip({ runs, failedRuns }: Bucket, { x, width, top }: Place & { readonly top: number }, label: string): Html {
  const kind = runs === 0 ? 'none' : failedRuns === 0 ? 'good' : 'bad'
  const words = runs === 0 ? 'no run' : `${count(runs, 'run')}, ${failedRuns} failed or partial`
  return markup`<g
    ><title>${label}: ${words}</title
    ><rect class="strip strip-${kind}" x="${px(x)}" y="${px(top)}" width="${px(width)}" height="${STRIP}" rx="2"
  /></g>`
}

function tickLabel({ start }: Bucket, x: number, isDaily: boolean, { day, time }: Clockface): Html {
  const y = HEIGHT - MARGIN.bottom + 18
  if (isDaily) return markup`<text class="tick" x="${px(x)}" y="${y}" text-anchor="middle">${day(start)}</text>`
  return markup`<text class="tick" x="${px(x)}" y="${y}" text-anchor="middle"
    >${time(start)}<tspan x="${px(x)}" dy="15">${day(start)}</tspan></text
  >`
}

function peakWords(buckets: readonly Bucket[], label: (bucket: Bucket) => string): string {
  const [first] = buckets
  if (first === undefined) return ''
  const peak = buckets.reduce((most, each) => (alertsOf(each) > alertsOf(most) ? each : most), first)
  return alertsOf(peak) === 0 ? '' : `Most at ${label(peak)}: ${alertsOf(peak)}.`
}
