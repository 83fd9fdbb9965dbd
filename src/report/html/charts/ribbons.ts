import { scaleTime } from 'd3-scale'
import { lengthOf } from '../../../time/instant.ts'
import type { PairCoverage, Report } from '../../model/report.ts'
import { clockfaceOf, HOLE_WORDS, percent, spanWords } from '../../formats/words.ts'
import { markup, px } from '../markup.ts'
import type { Html } from '../markup.ts'

const WIDTH = 600
const HEIGHT = 16
/** More would be narrower than a pixel. */
const MOST_HOLES = 300

/** The period as a band: searched, and the holes in it. The list beside it says the same in words. */
export function coverageRibbon(pair: PairCoverage, { period, timeZone }: Report): Html {
  const clock = clockfaceOf(timeZone)
  const x = scaleTime([period.start, period.end], [0, WIDTH])
  const holes = pair.holes.slice(0, MOST_HOLES).map(({ window, reason, isWorrying }) => {
    const width = Math.max(2, (lengthOf(window) / lengthOf(period)) * WIDTH)
    return markup`<rect
      class="${isWorrying ? 'hole-bad' : 'hole-calm'}"
      x="${px(Math.min(WIDTH - width, x(window.start)))}"
      y="0"
      width="${px(width)}"
      height="${HEIGHT}"
      ><title>${spanWords(window, clock)}: ${HOLE_WORDS[reason]}</title></rect
    >`
  })
  const words = pair.share === undefined ? 'nothing was due' : `${percent(pair.share)} of what was due`
  return markup`<svg
    class="ribbon"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    preserveAspectRatio="none"
    role="img"
    aria-label="${words}"
  >
    <rect class="searched" x="0" y="0" width="${WIDTH}" height="${HEIGHT}" />
    ${holes}
  </svg>`
}
