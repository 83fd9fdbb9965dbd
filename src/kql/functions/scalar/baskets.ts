/** What lower/plugins/basket.ts needs: frequent patterns over the combinations `[[weight, item or null, …], …]` of a table. */
import { REFUSAL } from '../../errors.ts'
import { call } from '../../sql/build.ts'
import { fromStorage, isArray, printJson, type Json } from '../../values/json.ts'
import { arg, learn, scalar, type NativeFunction } from '../entry.ts'

/** Rows with the same items, how much they weigh together. An item is a value of one column, by its number. */
export interface Combination {
  readonly weight: number
  /** One for each column, undefined for a value that is not frequent. */
  readonly items: readonly (number | undefined)[]
}

export interface Pattern {
  readonly weight: number
  readonly items: readonly (number | undefined)[]
}

interface Limits {
  /** Of all rows, frequent or not. */
  readonly total: number
  readonly threshold: number
  readonly dimensions: number
}

const MOST_PATTERNS = 20_000
/** Cells that are looked at: some seconds. A table of many columns that go together has more patterns than anyone reads. */
const MOST_CELLS = 400_000_000

const refuse = (what: string): never => {
  throw new Error(`${REFUSAL}basket ${what}`)
}

/**
 * Patterns that pass the threshold, each with every value that all its rows share: what follows from the rest is no
 * dimension of its own. So has the page's example it, where Damage = NO is found with DamageCrops = 0 only, which all rows
 * without damage have. They are found from few dimensions to many: each pattern with one more value, and with what follows
 * from that.
 */
export function patterns(rows: readonly Combination[], limits: Limits): Pattern[] {
  const found = new Map<string, Pattern>()
  let cells = 0
  const isFrequent = (weight: number): boolean => weight / limits.total >= limits.threshold
  const rowsWith = (held: readonly Combination[], item: number): Combination[] => {
    cells += held.length * (held[0]?.items.length ?? 0)
    if (cells > MOST_CELLS) refuse('over so many columns that go together that its patterns cannot be counted')
    return held.filter(({ items }) => items.includes(item))
  }
  /** Undefined where the pattern is known. */
  const learnPattern = (held: readonly Combination[]): Pattern | undefined => {
    const pattern = sharedBy(held)
    const key = pattern.items.join()
    if (found.has(key)) return undefined
    if (found.set(key, pattern).size > MOST_PATTERNS) refuse(`with more than ${MOST_PATTERNS} patterns`)
    return pattern
  }
  if (rows.length === 0) return []
  let reached = [learnPattern(rows)].filter((pattern) => pattern !== undefined)
  for (let dimension = 1; dimension <= limits.dimensions && reached.length > 0; dimension++) {
    reached = reached.flatMap((pattern) => {
      const own = pattern.items.filter((item) => item !== undefined)
      const held = own.reduce<readonly Combination[]>(rowsWith, rows)
      return [...weights(held)]
        .filter(([item, weight]) => isFrequent(weight) && !own.includes(item))
        .flatMap(([item]) => learnPattern(rowsWith(held, item)) ?? [])
    })
  }
  return [...found.values()].filter(({ items }) => items.some((item) => item !== undefined))
}

function sharedBy(rows: readonly Combination[]): Pattern {
  const [first] = rows
  const items = (first?.items ?? []).map((item, column) =>
    rows.every((row) => row.items[column] === item) ? item : undefined,
  )
  return { weight: rows.reduce((sum, { weight }) => sum + weight, 0), items }
}

function weights(rows: readonly Combination[]): Map<number, number> {
  const sums = new Map<number, number>()
  for (const { weight, items } of rows) {
    for (const item of items) if (item !== undefined) sums.set(item, (sums.get(item) ?? 0) + weight)
  }
  return sums
}

function combinationsOf(points: Json): Combination[] {
  return (isArray(points) ? points : []).flatMap((point) => {
    if (!isArray(point)) return []
    const [weight, ...items] = point
    return [{ weight: Number(weight), items: items.map((item) => (item === null ? undefined : Number(item))) }]
  })
}

/** The page shows percents with one digit. */
const percentOf = (share: number): number => Math.round(share * 1_000) / 10

/** `[[count, percent, item or null, …], …]`, the heaviest first. */
const native: NativeFunction = {
  name: 'kql_baskets',
  takes: ['VARCHAR', 'BIGINT', 'DOUBLE', 'BIGINT'],
  returns: 'VARCHAR',
  run: (points, total, threshold, dimensions) => {
    const limits = { total: Number(total), threshold: Number(threshold), dimensions: Number(dimensions) }
    if (!Number.isSafeInteger(limits.total)) refuse('over weights that add up to more than 2^53')
    const found = patterns(combinationsOf(fromStorage(String(points))), limits)
    const lines = found.sort((left, right) => right.weight - left.weight || compareItems(left, right))
    return printJson(
      lines.map(({ weight, items }) => [
        BigInt(weight),
        percentOf(weight / limits.total),
        ...items.map((item) => (item === undefined ? null : BigInt(item))),
      ]),
    )
  },
}

function compareItems(left: Pattern, right: Pattern): number {
  for (const [index, item] of left.items.entries()) {
    const difference = (item ?? Infinity) - (right.items[index] ?? Infinity)
    if (difference !== 0 && !Number.isNaN(difference)) return difference
  }
  return 0
}

export const basketEntry = scalar({
  name: 'frequent patterns',
  docs: learn('basket-plugin'),
  nulls: 'null',
  natives: [native],
  type: () => 'dynamic',
  sql: (args, info) => call(native.name, ...[0, 1, 2, 3].map((index) => arg(args, index, info).sql)),
})
