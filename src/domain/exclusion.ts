import type { Span } from './diagnostic.ts'
import type { Finding } from './run.ts'
import type { Instant } from './time.ts'

/** A known false positive of a rule: findings that meet its condition are counted and kept, but set nothing off. */
export interface Exclusion {
  /** Unique among those of the rule, without regard to case. */
  readonly name: string
  /** KQL: a boolean expression on the columns of the rule's result. */
  readonly when: string
  readonly owner: string
  readonly reason: string
  /** It hides nothing in slots from then on; undefined means never. */
  readonly expires: Instant | undefined
  readonly enabled: boolean
  /** What is wrong with it, so that it hides nothing; undefined when nothing is, as far as the file tells. */
  readonly fault: string | undefined
  readonly source: ExclusionSource
}

export interface ExclusionSource {
  /** Path as the user would type it. */
  readonly file: string
  /** Where its name stands. */
  readonly span: Span
  /** The place of a part of its condition, offsets in UTF-16 units. */
  conditionSpan(offset: number, length: number): Span
  /** The text of a line of the file, counted from 1. */
  line(number: number): string
}

/** Is it to hide what it names in this slot? Also one with a fault is, which must then be said. */
export function isInForce({ enabled, expires }: Exclusion, slot: Instant): boolean {
  return enabled && (expires === undefined || slot < expires)
}

/** What an exclusion that was in force did in one run. */
export interface ExclusionUse {
  readonly name: string
  readonly when: string
  readonly owner: string
  readonly reason: string
  readonly expires: Instant | undefined
  /** Rows that it hid; one that two exclusions hide counts for both. */
  readonly rowCount: number
  /** Why it hid nothing; undefined when it could be asked. */
  readonly fault: string | undefined
}

/** A finding that exclusions hid: it has no part in trigger, alerts and incidents, and does not become known. */
export interface ExcludedFinding {
  readonly finding: Finding
  /** Names of the exclusions. */
  readonly by: readonly string[]
}

/** Which runs are meant: those that finished from `since` until before `until`. */
export interface ExclusionFilter {
  readonly since: Instant
  readonly until?: Instant
  readonly ruleId?: string
}

/** What an exclusion did over several runs, and how it read in the last of them. */
export interface ExclusionHits {
  readonly ruleId: string
  readonly ruleName: string
  readonly name: string
  readonly owner: string
  readonly reason: string
  readonly when: string
  readonly expires: Instant | undefined
  /** Rows that it hid. A row that several windows have in common counts in each. */
  readonly rowCount: number
  /** Runs in which it hid something, or could not be asked. */
  readonly runCount: number
  /** Runs in which it could not be asked. */
  readonly failureCount: number
  readonly lastSlot: Instant
  /** Why it could not be asked in the last of its runs. */
  readonly lastFault: string | undefined
}

export interface ExclusionLedger {
  /** By rule and name, most rows first. */
  exclusionHits(filter: ExclusionFilter): readonly ExclusionHits[]
}
