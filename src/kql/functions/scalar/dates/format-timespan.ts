import { invalid } from '../../../errors.ts'
import { TICKS } from '../../../values/timespan.ts'
import { arg, constantText } from '../../entry.ts'
import { nativeScalar } from '../native.ts'

const ELEMENT = /d{1,8}|f{1,7}|F{1,7}|H{1,2}|h{1,2}|m{1,2}|s{1,2}|[ /\-:,._[\]]/y

/** Elements of a format, undefined where it holds anything else. Specifiers and delimiters as the reference lists them. */
export function timespanFormat(format: string): readonly string[] | undefined {
  const elements: string[] = []
  for (let at = 0; at < format.length; at = ELEMENT.lastIndex) {
    ELEMENT.lastIndex = at
    const match = ELEMENT.exec(format)
    if (match === null) return undefined
    elements.push(match[0])
  }
  return elements
}

/** The sign comes before the whole text; hours, minutes and seconds are the rest after the next larger unit. */
export function formatTimespanAs(ticks: bigint, elements: readonly string[]): string {
  const size = ticks < 0n ? -ticks : ticks
  return (ticks < 0n ? '-' : '') + elements.map((element) => elementText(size, element)).join('')
}

function elementText(size: bigint, element: string): string {
  const padded = (value: bigint): string => String(value).padStart(element.length, '0')
  const digits = (): string =>
    String(size % TICKS.second)
      .padStart(7, '0')
      .slice(0, element.length)
  switch (element[0]) {
    case 'd':
      return padded(size / TICKS.day)
    case 'H':
    case 'h':
      return padded((size / TICKS.hour) % 24n)
    case 'm':
      return padded((size / TICKS.minute) % 60n)
    case 's':
      return padded((size / TICKS.second) % 60n)
    case 'f':
      return digits()
    case 'F':
      return digits().replace(/0+$/, '')
    default:
      return element
  }
}

export const formatTimespanEntry = nativeScalar({
  name: 'format_timespan',
  page: 'format-timespan-function',
  takes: ['timespan', 'string'],
  returns: 'string',
  refuses: (args, info) => {
    const format = constantText(args, 1, info)
    if (timespanFormat(format) === undefined) {
      throw invalid(
        `format_timespan does not know the format "${format}"`,
        arg(args, 1, info).span,
        'it takes d, f, F, H, h, m, s and the delimiters space / - : , . _ [ ]',
      )
    }
  },
  run: (ticks, format) => (ticks === null ? '' : formatTimespanAs(ticks, timespanFormat(format) ?? [])),
})
