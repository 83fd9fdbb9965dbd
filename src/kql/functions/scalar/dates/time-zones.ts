import { TICKS_PER_MILLISECOND, UNIX_EPOCH_TICKS } from '../../../duckdb/storage.ts'
import { isDatetime } from '../../../values/datetime.ts'
import { TICKS } from '../../../values/timespan.ts'
import { nativeScalar } from '../native.ts'

const formats = new Map<string, Intl.DateTimeFormat | undefined>()

/** Undefined for a zone that the IANA database (of this Node) lacks. */
function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (formats.has(zone)) return formats.get(zone)
  let format: Intl.DateTimeFormat | undefined
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
  }
  // Zone names come from the data; a hostile log must not fill the memory.
  if (formats.size > 1_000) formats.clear()
  formats.set(zone, format)
  return format
}

/** Zones change their clocks at quarter hours at the finest, so an offset holds for the whole quarter. */
const QUARTER = 15n * TICKS.minute
const offsets = new Map<string, bigint>()

/** Local minus UTC time at a UTC instant, in ticks. */
function offsetAt(zone: string, format: Intl.DateTimeFormat, utc: bigint): bigint {
  const quarter = utc / QUARTER
  const key = `${zone}\n${quarter}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  const instant = Number((quarter * QUARTER - UNIX_EPOCH_TICKS) / TICKS_PER_MILLISECOND)
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]))
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type) ?? '0')
  const local = new Date(0)
  local.setUTCFullYear(parts.get('era') === 'BC' ? 1 - part('year') : part('year'), part('month') - 1, part('day'))
  local.setUTCHours(part('hour'), part('minute'), part('second'))
  const offset = BigInt(local.getTime() - instant) * TICKS_PER_MILLISECOND
  if (offsets.size > 50_000) offsets.clear()
  offsets.set(key, offset)
  return offset
}

/** Null for an unknown zone. */
export function utcToLocal(utc: bigint, zone: string): bigint | null {
  const format = formatOf(zone)
  if (format === undefined) return null
  const local = utc + offsetAt(zone, format, utc)
  return isDatetime(local) ? local : null
}

/**
 * Null for an unknown zone. A local time that the clocks skipped takes the offset after the change (recorded:
 * docs/datetime-local-to-utc-function-01); of a time that occurs twice the earlier one is meant.
 */
export function localToUtc(local: bigint, zone: string): bigint | null {
  const format = formatOf(zone)
  if (format === undefined) return null
  const clamp = (ticks: bigint): bigint => (isDatetime(ticks) ? ticks : local)
  const before = offsetAt(zone, format, clamp(local - TICKS.day))
  const after = offsetAt(zone, format, clamp(local + TICKS.day))
  for (const offset of [before, after]) {
    const utc = clamp(local - offset)
    if (offsetAt(zone, format, utc) === offset) return isDatetime(local - offset) ? local - offset : null
  }
  const utc = local - after
  return isDatetime(utc) ? utc : null
}

export const timeZoneEntries = [
  nativeScalar({
    name: 'datetime_utc_to_local',
    page: 'datetime-utc-to-local-function',
    takes: ['datetime', 'string'],
    returns: 'datetime',
    run: (utc, zone) => (utc === null ? null : utcToLocal(utc, zone)),
  }),
  nativeScalar({
    name: 'datetime_local_to_utc',
    page: 'datetime-local-to-utc-function',
    takes: ['datetime', 'string'],
    returns: 'datetime',
    run: (local, zone) => (local === null ? null : localToUtc(local, zone)),
  }),
]
