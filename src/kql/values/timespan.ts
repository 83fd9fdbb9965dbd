/** Timespans as 100 ns ticks in a bigint. */
export const TICKS = {
  microsecond: 10n,
  millisecond: 10_000n,
  second: 10_000_000n,
  minute: 600_000_000n,
  hour: 36_000_000_000n,
  day: 864_000_000_000n,
} as const

const MAX = (1n << 63n) - 1n
const MIN = -(1n << 63n)

const UNIT_TICKS: Readonly<Record<string, bigint>> = {
  d: TICKS.day, day: TICKS.day, days: TICKS.day,
  h: TICKS.hour, hr: TICKS.hour, hrs: TICKS.hour, hour: TICKS.hour, hours: TICKS.hour,
  m: TICKS.minute, min: TICKS.minute, mins: TICKS.minute, minute: TICKS.minute, minutes: TICKS.minute,
  s: TICKS.second, sec: TICKS.second, secs: TICKS.second, second: TICKS.second, seconds: TICKS.second,
  ms: TICKS.millisecond, milli: TICKS.millisecond, millis: TICKS.millisecond, millisec: TICKS.millisecond,
  millisecond: TICKS.millisecond, milliseconds: TICKS.millisecond, millisecs: TICKS.millisecond,
  micro: TICKS.microsecond, micros: TICKS.microsecond, microsec: TICKS.microsecond, microsecs: TICKS.microsecond,
  microsecond: TICKS.microsecond, microseconds: TICKS.microsecond,
  nanosecond: 0n, nanoseconds: 0n, nano: 0n, nanos: 0n, nanosec: 0n, nanosecs: 0n,
  tick: 1n, ticks: 1n,
} // prettier-ignore

/** `1.5h`, `2d`, `100tick`. */
function parseUnits(text: string): bigint | undefined {
  const match = /^([+-]?)(\d+)(?:\.(\d*))?\s*([a-z]+)$/i.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '0', fraction = '', unit = ''] = match
  const size = UNIT_TICKS[unit.toLowerCase()]
  if (size === undefined) return undefined
  const scale = 10n ** BigInt(fraction.length)
  const digits = BigInt(whole) * scale + BigInt(fraction === '' ? '0' : fraction)
  const ticks = size === 0n ? digits / (scale * 100n) : (digits * size) / scale
  return sign === '-' ? -ticks : ticks
}

/** `[-][d.]hh:mm[:ss[.fffffff]]`. */
function parseClock(text: string): bigint | undefined {
  const match = /^(-?)(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/.exec(text)
  if (match === null) return undefined
  const [, sign, day = '0', hour = '0', minute = '0', second = '0', fraction = ''] = match
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const ticks =
    BigInt(day) * TICKS.day +
    BigInt(hour) * TICKS.hour +
    BigInt(minute) * TICKS.minute +
    BigInt(second) * TICKS.second +
    BigInt(fraction.padEnd(7, '0'))
  return sign === '-' ? -ticks : ticks
}

/** Ticks of a timespan text, undefined where it is none. A bare integer means days, as in .NET. */
export function parseTimespan(text: string): bigint | undefined {
  const trimmed = text.trim()
  const ticks = /^[+-]?\d+$/.test(trimmed) ? BigInt(trimmed) * TICKS.day : (parseUnits(trimmed) ?? parseClock(trimmed))
  return ticks === undefined || ticks > MAX || ticks < MIN ? undefined : ticks
}

/** `[-][d.]hh:mm:ss[.fffffff]`, fractions as seven digits or none. */
export function formatTimespan(ticks: bigint): string {
  const size = ticks < 0n ? -ticks : ticks
  const two = (value: bigint): string => String(value).padStart(2, '0')
  const days = size / TICKS.day
  const fraction = size % TICKS.second
  return [
    ticks < 0n ? '-' : '',
    days === 0n ? '' : `${days}.`,
    `${two((size / TICKS.hour) % 24n)}:${two((size / TICKS.minute) % 60n)}:${two((size / TICKS.second) % 60n)}`,
    fraction === 0n ? '' : `.${String(fraction).padStart(7, '0')}`,
  ].join('')
}
