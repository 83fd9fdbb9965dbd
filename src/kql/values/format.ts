/** format_datetime and format_timespan: https://learn.microsoft.com/kusto/query/format-datetime-function. */
import { REFUSAL } from '../errors.ts'
import { toParts } from './datetime.ts'
import { TICKS } from './timespan.ts'

const pad = (value: number | bigint, width: number): string => String(value).padStart(width, '0')

/** To try a format: a time of which every digit of the fraction is something. */
export const SAMPLE_TICKS = 1_111_111n

const DELIMITERS = /^[ /\-:,._[\]]/

/** No page says whether a point goes with the digits of a fraction that is nothing: .NET takes it away. */
function refusePointBeforeNothing(output: string, format: string): void {
  if (output.endsWith('.')) throw new Error(`${REFUSAL}the format "${format}" of a time whose fraction is nothing`)
}

/** `F…` digits of the fraction: `f` keeps zeros, `F` drops trailing ones. */
function fractionText(fraction: bigint, specifier: string): string {
  const digits = pad(fraction, 7).slice(0, specifier.length)
  return specifier.startsWith('f') ? digits : digits.replace(/0+$/, '')
}

/**
 * Walks runs of one letter, of each as many letters as make a known specifier: `dddd` is `dd` twice (recorded:
 * r2-datetime-timespan/0015). Undefined for a letter or delimiter that the function does not know.
 */
function render(format: string, specifiers: (run: string) => string | undefined): string | undefined {
  let output = ''
  for (let rest = format; rest !== '';) {
    let run = /^([a-zA-Z])\1*/.exec(rest)?.[0] ?? ''
    while (run.length > 1 && specifiers(run) === undefined) run = run.slice(1)
    const part = run === '' ? DELIMITERS.exec(rest)?.[0] : specifiers(run)
    if (part === undefined) return undefined
    if (part === '') refusePointBeforeNothing(output, format)
    output += part
    rest = rest.slice(Math.max(run.length, 1))
  }
  return output
}

/** Undefined for a format that format_datetime does not know. */
export function formatWith(ticks: bigint, format: string): string | undefined {
  if (format === '') return undefined
  const { year, month, day, hour, minute, second, fraction } = toParts(ticks)
  const half = hour % 12 === 0 ? 12 : hour % 12
  return render(format, (run) => {
    if (/^[fF]{1,7}$/.test(run)) return fractionText(fraction, run)
    const known: Readonly<Record<string, string>> = {
      yyyy: pad(year, 4),
      yy: pad(year % 100, 2),
      y: String(year % 100),
      MM: pad(month, 2),
      M: String(month),
      dd: pad(day, 2),
      d: String(day),
      HH: pad(hour, 2),
      H: String(hour),
      hh: pad(half, 2),
      h: String(half),
      mm: pad(minute, 2),
      m: String(minute),
      ss: pad(second, 2),
      s: String(second),
      tt: hour < 12 ? 'AM' : 'PM',
    }
    return known[run]
  })
}

/** Undefined for a format that format_timespan does not know. The sign comes first, whatever the format. */
export function formatTimespanWith(ticks: bigint, format: string): string | undefined {
  if (format === '') return undefined
  const size = ticks < 0n ? -ticks : ticks
  const hour = (size / TICKS.hour) % 24n
  const minute = (size / TICKS.minute) % 60n
  const second = (size / TICKS.second) % 60n
  const text = render(format, (run) => {
    if (/^[fF]{1,7}$/.test(run)) return fractionText(size % TICKS.second, run)
    if (/^d{1,8}$/.test(run)) return pad(size / TICKS.day, run.length)
    const known: Readonly<Record<string, string>> = {
      HH: pad(hour, 2),
      H: String(hour),
      hh: pad(hour, 2),
      h: String(hour),
      mm: pad(minute, 2),
      m: String(minute),
      ss: pad(second, 2),
      s: String(second),
    }
    return known[run]
  })
  return text === undefined || ticks >= 0n ? text : `-${text}`
}
