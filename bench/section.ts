import type { HotSpot } from './profile/hot-spots.ts'
import type { Measurement, Race } from './race.ts'

/** Where the time of a contestant goes. */
export interface ProfileHint {
  /** The contestant, with its race. */
  readonly of: string
  readonly ratio: number
  readonly hotSpots: readonly HotSpot[]
  /** Further facts, a sentence each. */
  readonly remarks: readonly string[]
}

export interface Section {
  readonly name: SectionName
  readonly title: string
  readonly races: readonly Race[]
  /** What a reader must know to judge the numbers. */
  readonly notes: readonly string[]
  /** Of the worst ratio in the section. */
  readonly hint: ProfileHint
}

export const SECTION_NAMES = ['start-up', 'rules', 'scale', 'export', 'loading', 'tables'] as const
export type SectionName = (typeof SECTION_NAMES)[number]

export interface Worst {
  readonly race: Race
  readonly measurement: Measurement
  readonly ratio: number
}

/** The contestant with the highest ratio, among those that `counts` lets through. */
export function worstOf(races: readonly Race[], counts: (measurement: Measurement) => boolean = () => true): Worst {
  const all = races.flatMap((race) =>
    race.measurements.flatMap((measurement): Worst[] => {
      const ratio = measurement.ratio?.median
      return ratio === undefined || !counts(measurement) ? [] : [{ race, measurement, ratio }]
    }),
  )
  const [worst] = all.sort((a, b) => b.ratio - a.ratio)
  if (worst === undefined) throw new Error('there is nothing to compare')
  return worst
}
