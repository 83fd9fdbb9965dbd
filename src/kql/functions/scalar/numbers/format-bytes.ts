import { invalid } from '../../../errors.ts'
import { nativeScalar } from '../native.ts'

const UNITS: readonly string[] = ['Bytes', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB']

const indexOf = (unit: string): number => UNITS.findIndex((known) => known.toLowerCase() === unit.toLowerCase())

/** In the largest unit that leaves at least one whole, or the given one, rounded to `precision` digits. */
export function formatBytes(size: number, precision: number, unit: string): string {
  const given = indexOf(unit)
  let power = Math.max(0, given)
  if (given === -1) while (power < UNITS.length - 1 && Math.abs(size) >= 1024 ** (power + 1)) power++
  return `${Number((size / 1024 ** power).toFixed(precision))} ${UNITS[power] ?? ''}`
}

export const formatBytesEntry = nativeScalar({
  name: 'format_bytes',
  page: 'format-bytes-function',
  takes: ['real', 'long?', 'string?'],
  returns: 'string',
  refuses: ([, , unit], info) => {
    const name = unit?.literal
    if (typeof name === 'string' && name !== '' && indexOf(name) === -1) {
      throw invalid(`format_bytes does not know the unit "${name}"`, info.span, `units are ${UNITS.join(', ')}`)
    }
  },
  run: (size, precision, unit) =>
    size === null ? '' : formatBytes(size, Math.min(20, Math.max(0, Number(precision ?? 0n))), unit),
})
