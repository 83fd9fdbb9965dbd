/** What lower/plugins/windows.ts needs: windows over the points `[[ticks, value], …]` of one combination of dimensions. */
import { groupBy } from '../../../domain/sequence.ts'
import { REFUSAL } from '../../errors.ts'
import { call } from '../../sql/build.ts'
import { formatDatetime } from '../../values/datetime.ts'
import { fromStorage, isArray, printJson, type Json } from '../../values/json.ts'
import { formatTimespan } from '../../values/timespan.ts'
import { shareOfPercent } from '../aggregate/share.ts'
import { arg, learn, scalar, type NativeFunction, type ScalarEntry } from '../entry.ts'
import { checkCount, checkStart, floorTo, sizeOf, ticks, type Size } from './window-sizes.ts'

export interface Point {
  readonly at: bigint
  readonly value: Json
}

/** Lines of the answer: the time or times of windows, made values of the timeline by `print`, then numbers. */
export type Windows = (points: readonly Point[], constants: readonly Json[], print: Print) => (readonly Json[])[]
type Print = (at: bigint) => Json

export const distinct = (points: readonly Point[]): Set<string> => new Set(points.map(({ value }) => printJson(value)))

export function byWindow(points: readonly Point[], size: Size, origin: bigint): Map<bigint, readonly Point[]> {
  const windows = groupBy(points, ({ at }) => floorTo(at, size, origin))
  return new Map([...windows].sort(([left], [right]) => (left < right ? -1 : 1)))
}

export const within = (points: readonly Point[], start: bigint, end: bigint): Point[] =>
  points.filter(({ at }) => at >= start && at <= end)

const byTime = (left: { readonly at: bigint }, right: { readonly at: bigint }): number =>
  left.at < right.at ? -1 : left.at > right.at ? 1 : 0

/** A window that moves forward over members in order of time: how many there are in it, and how many keys. */
class Sliding<Key> {
  readonly #members: readonly { readonly at: bigint; readonly key: Key }[]
  readonly #counts = new Map<Key, number>()
  #from = 0
  #to = 0

  constructor(members: readonly { readonly at: bigint; readonly key: Key }[]) {
    this.#members = members
  }

  /** To what comes behind `after`, up to and with `last`. */
  moveTo(after: bigint, last: bigint): void {
    while (this.#isUpTo(last, this.#to)) this.#count(this.#to++, 1)
    while (this.#from < this.#to && this.#isUpTo(after, this.#from)) this.#count(this.#from++, -1)
  }

  get length(): number {
    return this.#to - this.#from
  }

  get distinct(): number {
    return this.#counts.size
  }

  #isUpTo(time: bigint, place: number): boolean {
    const member = this.#members[place]
    return member !== undefined && member.at <= time
  }

  #count(place: number, by: 1 | -1): void {
    const member = this.#members[place]
    if (member === undefined) return
    const count = (this.#counts.get(member.key) ?? 0) + by
    if (count === 0) this.#counts.delete(member.key)
    else this.#counts.set(member.key, count)
  }
}

/** Windows count from the start; the end belongs to the last (the page's example). */
const activityCounts: Windows = (points, [first, last, step], print) => {
  const [start, end, size] = [ticks(first), ticks(last), sizeOf(step)]
  checkStart(start, size)
  const all = new Set<string>()
  return [...byWindow(within(points, start, end), size, start)].map(([window, members]) => {
    const ids = distinct(members)
    const fresh = [...ids].filter((id) => !all.has(id))
    for (const id of fresh) all.add(id)
    return [print(window), BigInt(members.length), BigInt(ids.size), BigInt(fresh.length), BigInt(all.size)]
  })
}

/** An appearance counts if its user had enough different periods within the look-back before it, which is half-open. */
const activeUsers: Windows = (points, constants, print) => {
  const [start = 0n, end = 0n, lookback = 0n, period = 1n, wanted = 0n] = constants.slice(0, 5).map(ticks)
  const size = sizeOf(constants[5])
  checkStart(start, size)
  if (start % period !== 0n) throw new Error(`${REFUSAL}active_users_count from a start that is no multiple of its period`) // prettier-ignore
  const active = [...groupBy(points, ({ value }) => printJson(value)).values()].flatMap((own) => {
    const appearances = own.map(({ at, value }) => ({ at, value, key: floorTo(at, period, start) })).sort(byTime)
    const recent = new Sliding(appearances)
    return appearances.filter(({ at }) => {
      recent.moveTo(at - lookback, at)
      return BigInt(recent.distinct) >= wanted
    })
  })
  return [...byWindow(within(active, start, end), size, start)].map(([window, members]) => [print(window), BigInt(distinct(members).size)]) // prettier-ignore
}

/** Of the values in the bins up to this one, by nearest rank. */
const rollingPercentile: Windows = (points, [percent, ...rest], print) => {
  const [size = 1n, count = 1n] = rest.map(ticks)
  if (percent === null || !(Number(percent) >= 0 && Number(percent) <= 100)) {
    throw new Error(`${REFUSAL}rolling_percentile of ${printJson(percent ?? null)} per cent`)
  }
  const { numerator, denominator } = shareOfPercent(Number(percent))
  const bins = byWindow(
    points.filter(({ value }) => value !== null),
    size,
    0n,
  )
  const starts = [...bins.keys()]
  if (starts.some((start, index) => index > 0 && start - (starts[index - 1] ?? start) !== size)) {
    throw new Error(`${REFUSAL}rolling_percentile over bins of which some have no rows`)
  }
  const members = [...bins.values()].map((bin) => bin.map(({ value }) => value))
  const window = new Ranked(members.flat())
  return starts.map((start, index) => {
    for (const value of members[index] ?? []) window.count(value, 1)
    for (const value of members[index - Number(count)] ?? []) window.count(value, -1)
    // Upwards: a remainder is part of the next rank.
    const rank = Math.max(1, Number((BigInt(window.length) * numerator + denominator - 1n) / denominator))
    return [print(start), window.at(rank)]
  })
}

/** How many of each value there are, and which has a rank: sums over runs of their order, as a Fenwick tree has them. */
class Ranked {
  readonly #values: readonly Json[]
  readonly #sums: number[]
  readonly #highestRun: number
  length = 0

  constructor(values: readonly Json[]) {
    const wrong = values.find((value) => Number.isNaN(Number(value)))
    if (wrong !== undefined) throw new Error(`${REFUSAL}rolling_percentile of ${printJson(wrong)}`)
    this.#values = [...values].sort(compared).filter((value, index, sorted) => index === 0 || isLess(sorted[index - 1] ?? null, value)) // prettier-ignore
    this.#sums = new Array<number>(this.#values.length + 1).fill(0)
    this.#highestRun = 2 ** Math.floor(Math.log2(Math.max(1, this.#values.length)))
  }

  count(value: Json, by: 1 | -1): void {
    this.length += by
    for (let place = this.#placeOf(value) + 1; place < this.#sums.length; place += place & -place) {
      this.#sums[place] = (this.#sums[place] ?? 0) + by
    }
  }

  at(rank: number): Json {
    let [place, left] = [0, rank]
    for (let run = this.#highestRun; run >= 1; run /= 2) {
      const sum = this.#sums[place + run]
      if (sum === undefined || sum >= left) continue
      place += run
      left -= sum
    }
    return this.#values[place] ?? null
  }

  /** Where the first stands that is no less. */
  #placeOf(value: Json): number {
    let [low, high] = [0, this.#values.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isLess(this.#values[middle] ?? null, value)) low = middle + 1
      else high = middle
    }
    return low
  }
}

const isLess = (left: Json, right: Json): boolean =>
  typeof left === 'bigint' && typeof right === 'bigint' ? left < right : Number(left) < Number(right)

const compared = (left: Json, right: Json): number => (isLess(left, right) ? -1 : isLess(right, left) ? 1 : 0)

/** Every bin from start to end whose last bins, as many as the look-back holds whole, have rows. */
const slidingCounts: Windows = (points, constants, print) => {
  const [start = 0n, end = 0n, given = 0n, size = 1n] = constants.map(ticks)
  checkCount(start, end, size)
  const lookback = given - (given % size)
  if (lookback <= 0n) throw new Error(`${REFUSAL}sliding_window_counts with a look-back shorter than its bin`)
  const binned = points.map(({ at, value }) => ({ at: floorTo(at, size, start), key: printJson(value) })).sort(byTime)
  const recent = new Sliding(binned)
  const lines: (readonly Json[])[] = []
  for (let bin = start; bin <= end; bin += size) {
    recent.moveTo(bin - lookback, bin)
    if (recent.length > 0) lines.push([print(bin), BigInt(recent.length), BigInt(recent.distinct)])
  }
  return lines
}

/** Values of the timeline, by its type; numbers stay as they are. */
const PRINTS: Readonly<Record<string, Print>> = { datetime: formatDatetime, timespan: formatTimespan }

export function entry(name: string, page: string, windows: Windows): ScalarEntry {
  const native: NativeFunction = {
    name: `kql_${name.replaceAll(' ', '_')}`,
    takes: ['VARCHAR', 'VARCHAR'],
    returns: 'VARCHAR',
    run: (points, parameters) => {
      const [rows, constants] = [fromStorage(String(points)), fromStorage(String(parameters))]
      const read = (isArray(rows) ? rows : []).map((row): Point => {
        const [at = 0n, value = null] = isArray(row) ? row : []
        return { at: BigInt(at as bigint), value }
      })
      const [type, ...others] = isArray(constants) ? constants : []
      return printJson(windows(read, others, PRINTS[String(type)] ?? ((at) => at)))
    },
  }
  return scalar({
    name,
    docs: learn(page),
    nulls: 'handled',
    natives: [native],
    sql: (args, info) => call(native.name, arg(args, 0, info).sql, arg(args, 1, info).sql),
  })
}

export const windowEntries: readonly ScalarEntry[] = [
  entry('activity counts', 'activity-counts-metrics-plugin', activityCounts),
  entry('active users', 'active-users-count-plugin', activeUsers),
  entry('rolling percentile', 'rolling-percentile-plugin', rollingPercentile),
  entry('sliding counts', 'sliding-window-counts-plugin', slidingCounts),
]
