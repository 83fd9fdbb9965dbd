import { isArray, type Json } from '../../../values/json.ts'

export type RangeReader<T> = (list: Json) => readonly T[]

/**
 * Reads one range or an array of ranges; what is no range is left out. Arrays are remembered: a list of ranges is
 * mostly the same for every row.
 */
export function rangesFrom<T>(parse: (text: string) => T | undefined): RangeReader<T> {
  const known = new WeakMap<readonly Json[], readonly T[]>()
  const read = (values: readonly Json[]): T[] =>
    values.map((value) => (typeof value === 'string' ? parse(value) : undefined)).filter((range) => range !== undefined)
  return (list) => {
    if (!isArray(list)) return read([list])
    let ranges = known.get(list)
    if (ranges === undefined) {
      ranges = read(list)
      known.set(list, ranges)
    }
    return ranges
  }
}
