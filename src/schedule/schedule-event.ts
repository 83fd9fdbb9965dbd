import type { Failing, NewGap, Pair } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import type { UnreadFolder } from './rule-owners.ts'

/** What the scheduler tells whoever watches, beside the events of the runs themselves. */
export type ScheduleEvent =
  | { readonly kind: 'gap'; readonly gap: NewGap; readonly ruleName: string }
  /** A rule fails. `isNews` when it did not fail before, or failed for another reason: the same is not said twice. */
  | {
      readonly kind: 'failing'
      readonly pair: Pair
      readonly ruleName: string
      readonly failing: Failing
      readonly isPermanent: boolean
      readonly isNews: boolean
    }
  /** So many pairs that failed before were left alone; the first of them is tried again at `next`, or with their workspace. */
  | { readonly kind: 'not-tried'; readonly pairs: number; readonly next: Instant | undefined }
  | { readonly kind: 'recovered'; readonly pair: Pair; readonly ruleName: string; readonly since: Instant }
  | {
      readonly kind: 'retired'
      readonly pair: Pair
      readonly ruleName: string
      readonly ruleFile: string
      /** Not its file is known to be gone, but nobody reads its folder any more. */
      readonly unread: UnreadFolder | undefined
    }
  /** Another folder of rules has the rule too, in another version. */
  | { readonly kind: 'rival'; readonly pair: Pair; readonly ruleName: string; readonly folder: string }
  /** Two files of a folder have the id: this one goes by another, `problem` names the one that keeps it. */
  | { readonly kind: 'twin'; readonly file: string; readonly line: number; readonly problem: string }
  | { readonly kind: 'disabled'; readonly pair: Pair; readonly ruleName: string }
  /** The file of a rule is broken since then, and its last good version goes on. */
  | {
      readonly kind: 'old-version'
      readonly ruleId: string
      readonly ruleName: string
      readonly file: string
      readonly sha256: string
      readonly since: Instant
    }
  | { readonly kind: 'reported'; readonly day: string; readonly location: string }
  | { readonly kind: 'clock-went-back'; readonly schedules: number }
  /** Complete slots that could not be searched once more until they were too old. */
  | {
      readonly kind: 'reconciliation-given-up'
      readonly pair: Pair
      readonly ruleName: string
      readonly slots: number
    }
  /** Nothing more is asked of a workspace before `until`. */
  | { readonly kind: 'workspace-held'; readonly workspace: string; readonly until: Instant; readonly code: string }

export type ScheduleObserver = (event: ScheduleEvent) => void
