/** What lower/plugins/sequence-detect.ts needs: sequences over the points `[[ticks, [step holds, …]], …]` of a group. */
import { REFUSAL } from '../../errors.ts'
import { call } from '../../sql/build.ts'
import { formatDatetime } from '../../values/datetime.ts'
import { fromStorage, isArray, printJson, type Json } from '../../values/json.ts'
import { formatTimespan } from '../../values/timespan.ts'
import { arg, learn, scalar, type NativeFunction } from '../entry.ts'

interface Limits {
  /** Between two steps that follow each other, and from the first to the last; both inclusive. */
  readonly step: bigint
  readonly whole: bigint
}

const MOST_SEQUENCES = 100_000
/** Ways that are begun, so that a hostile table cannot keep us busy with steps that lead nowhere. */
const MOST_BEGUN = 5_000_000

const refuse = (what: string): never => {
  throw new Error(`${REFUSAL}sequence_detect ${what}`)
}

/** Times of each step, in order. */
function timesOf(points: Json, steps: number): bigint[][] {
  const rows = isArray(points) ? points : []
  return Array.from({ length: steps }, (_, step) =>
    rows
      .flatMap((row) => {
        const [at, held = null] = isArray(row) ? row : []
        return isArray(held) && held[step] === true ? [BigInt(at as bigint)] : []
      })
      .sort((left, right) => (left < right ? -1 : left > right ? 1 : 0)),
  )
}

/** Index of the first time that is not before `at`. */
function indexFrom(times: readonly bigint[], at: bigint): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0n) < at) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Every way to pass through all steps in time: the page's example gives each pair of a first and a second event, also
 * where others lie between. It does not show steps at the same time, nor two events of a step at one time.
 */
export function sequences(steps: readonly (readonly bigint[])[], limits: Limits): bigint[][] {
  const found: bigint[][] = []
  let begun = 0
  const extend = (path: readonly bigint[]): void => {
    if (++begun > MOST_BEGUN) refuse('over so many rows that its steps combine in millions of ways')
    if (path.length === steps.length) {
      if (found.push([...path]) > MOST_SEQUENCES) refuse(`with more than ${MOST_SEQUENCES} sequences in a group`)
      return
    }
    const [first, last] = [path[0], path.at(-1)]
    const times = steps[path.length] ?? []
    for (let index = last === undefined ? 0 : indexFrom(times, last); index < times.length; index++) {
      const at = times[index] ?? 0n
      if (last !== undefined && first !== undefined && (at - last > limits.step || at - first > limits.whole)) break
      extend([...path, at])
    }
  }
  extend([])
  for (const path of found) checkTimes(path, steps)
  return found
}

function checkTimes(path: readonly bigint[], steps: readonly (readonly bigint[])[]): void {
  path.forEach((at, index) => {
    if (index > 0 && path[index - 1] === at) refuse('where two steps fall on the same time')
    const times = steps[index] ?? []
    if (times[indexFrom(times, at) + 1] === at) refuse('where two rows of a step have the same time')
  })
}

const native: NativeFunction = {
  name: 'kql_sequences',
  takes: ['VARCHAR', 'BIGINT', 'BIGINT', 'BIGINT'],
  returns: 'VARCHAR',
  seesNulls: true,
  run: (points, steps, step, whole) => {
    if (step === null || whole === null) refuse('with a window that is null')
    const limits = { step: BigInt(step as bigint), whole: BigInt(whole as bigint) }
    const times = timesOf(fromStorage(points === null ? null : String(points)), Number(steps))
    return printJson(
      sequences(times, limits).map((path) => [
        ...path.map(formatDatetime),
        formatTimespan((path.at(-1) ?? 0n) - (path[0] ?? 0n)),
      ]),
    )
  },
}

export const sequenceEntry = scalar({
  name: 'sequences in time',
  docs: learn('sequence-detect-plugin'),
  nulls: 'handled',
  natives: [native],
  sql: (args, info) => call(native.name, ...[0, 1, 2, 3].map((index) => arg(args, index, info).sql)),
})
