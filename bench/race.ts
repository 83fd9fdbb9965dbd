import { spreadOf, type Spread } from './statistics.ts'

/** One run of a contestant. */
export interface Sample {
  readonly milliseconds: number
  /** Peak of the resident memory of the process, bytes; only where the process ran nothing else. */
  readonly peakBytes?: number
}

export interface Contestant {
  readonly name: string
  run(): Promise<Sample>
}

export interface Measurement {
  readonly name: string
  readonly milliseconds: Spread
  /** Time of this contestant divided by that of the baseline in the same round; undefined for the baseline. */
  readonly ratio: Spread | undefined
  /** Of the race's items, by the median time. */
  readonly itemsPerSecond: number | undefined
  /** Median; undefined where it was not measured. */
  readonly peakBytes: number | undefined
}

export interface Race {
  readonly title: string
  /** What a contestant works off in one run, for example `{ count: 100000, name: 'rows' }`. */
  readonly items?: { readonly count: number; readonly name: string }
  readonly rounds: number
  /** The first is the baseline. */
  readonly measurements: readonly Measurement[]
}

export interface RaceOptions {
  readonly title: string
  readonly items?: Race['items']
  readonly rounds: number
  /** Rounds that run first and do not count: for what is measured warm. Default 0. */
  readonly warmUps?: number
  /**
   * Milliseconds that the rounds take together at least: what is over in hundredths of a second needs many rounds before its
   * median says more than which of them the machine disturbed. At most MOST_ROUNDS of them. Default 0.
   */
  readonly atLeast?: number
}

const MOST_ROUNDS = 25

/**
 * Times contestants against a baseline. All of them run once a round, one after another, and a ratio is taken within its
 * round: what disturbs the machine for a while disturbs both sides of it.
 */
export async function race(
  { title, items, rounds: fewest, warmUps = 0, atLeast = 0 }: RaceOptions,
  baseline: Contestant,
  ...others: readonly Contestant[]
): Promise<Race> {
  const contestants = [baseline, ...others]
  const samples = new Map<Contestant, Sample[]>(contestants.map((contestant) => [contestant, []]))
  let rounds = 0
  let begun = 0
  const isEnough = (): boolean => rounds >= fewest && (rounds >= MOST_ROUNDS || performance.now() - begun >= atLeast)
  for (let round = -warmUps; round < 0 || !isEnough(); round++) {
    if (round === 0) begun = performance.now()
    // Another one begins each time, so that none always runs behind the same neighbour.
    const first = (round + warmUps) % contestants.length
    for (const contestant of [...contestants.slice(first), ...contestants.slice(0, first)]) {
      const sample = await contestant.run()
      if (round >= 0) samples.get(contestant)?.push(sample)
    }
    if (round >= 0) rounds++
  }
  const times = (samples.get(baseline) ?? []).map(({ milliseconds }) => milliseconds)
  const measurements = contestants.map((contestant) => {
    return measurementOf(contestant, samples.get(contestant) ?? [], contestant === baseline ? undefined : times, items)
  })
  return { title, ...(items === undefined ? {} : { items }), rounds, measurements }
}

function measurementOf(
  { name }: Contestant,
  samples: readonly Sample[],
  baseline: readonly number[] | undefined,
  items: Race['items'],
): Measurement {
  const milliseconds = spreadOf(samples.map((sample) => sample.milliseconds))
  const peaks = samples.flatMap(({ peakBytes }) => (peakBytes === undefined ? [] : [peakBytes]))
  return {
    name,
    milliseconds,
    ratio: baseline && spreadOf(samples.map((sample, round) => sample.milliseconds / (baseline[round] ?? Number.NaN))),
    itemsPerSecond: items && (items.count / milliseconds.median) * 1000,
    peakBytes: peaks.length === 0 ? undefined : spreadOf(peaks).median,
  }
}

/** A contestant that runs in this process, and is measured warm. */
export function inProcess(name: string, work: () => unknown): Contestant {
  return {
    name,
    async run() {
      const start = performance.now()
      await work()
      return { milliseconds: performance.now() - start }
    },
  }
}
