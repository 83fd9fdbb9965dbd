import type { Severity, TimedRule } from '../domain/rule.ts'
import type { Duration, Instant, Window } from '../domain/time.ts'
import type { Timetable } from '../time/timetable.ts'

/** A rule on a workspace with everything that decides when it runs over what. */
export interface Planned {
  readonly rule: TimedRule
  readonly workspace: string
  readonly severity: Severity
  /** Of rule and schema: what failed for good with one may go with another. */
  readonly version: string
  readonly timetable: Timetable
  /** How much of the past each window reads once more. */
  readonly overlap: Duration
  /** Does it follow from how late the records of the rule's tables are? */
  readonly isOverlapMeasured: boolean
  /** What the run of a slot searches. */
  window(slot: Instant): Window
  /** Slots older than this are given up; the shorter of `maxCatchUp` and what the rule says. */
  readonly maxCatchUp: Duration
  /** How far back the workspace keeps logs; undefined when unknown. */
  readonly retention: Duration | undefined
  /** How long after its slot a punctual run begins, so that not all begin at once. */
  readonly jitter: Duration
}
