/** IR → IR, in this order. */
import type { QueryPlan } from '../ir/relation.ts'
import { hoistWindows } from './hoist-windows.ts'
import { inlineSingleUse } from './inline-single-use.ts'
import { limitScans } from './limit-scans.ts'
import { numberApplied } from './number-applied.ts'
import { ownOuterColumns } from './own-outer-columns.ts'
import { pruneColumns } from './prune-columns.ts'
import { boundScans } from './scan-bounds.ts'
import { testScans } from './scan-tests.ts'
import { separateAggregates } from './separate-aggregates.ts'
import { siftScans } from './sift-scans.ts'
import { boundByWindow, type TickWindow } from './time-window.ts'
import { forgetUnread } from './unread-undecided.ts'

export interface PassOptions {
  readonly window: TickWindow | undefined
  /** Columns of which the data does not say the type; most queries have none. */
  readonly undecided?: ReadonlySet<string> | undefined
  /** Those to leave out: the answer must be the same, which test/fuzz/passes.ts asks. */
  readonly without?: ReadonlySet<SpeedPass> | undefined
}

/** For speed alone; without the others some plans have no SQL, or bound no table by the window. */
const SPEED_PASSES = { inlineSingleUse, boundScans, testScans, numberApplied, pruneColumns, limitScans, siftScans }
/** And one of two ways to SQL that sql/fold.ts has. */
export type SpeedPass = keyof typeof SPEED_PASSES | 'foldByBlocks'
export const SPEED_PASS_NAMES = [...Object.keys(SPEED_PASSES), 'foldByBlocks'] as readonly SpeedPass[]

export function runPasses(plan: QueryPlan, { window, undecided, without }: PassOptions): QueryPlan {
  const unless = (name: keyof typeof SPEED_PASSES, input: QueryPlan): QueryPlan =>
    without?.has(name) === true ? input : SPEED_PASSES[name](input)
  // The window first: inlining copies nothing, so each scan is bounded once either way, but a shared relation is
  // then bounded where it is defined.
  const bounded = window === undefined ? plan : boundByWindow(plan, window)
  const placed = unless('testScans', unless('boundScans', unless('inlineSingleUse', bounded)))
  const separate = separateAggregates(placed)
  const formed = hoistWindows(undecided === undefined || undecided.size === 0 ? separate : forgetUnread(separate))
  const owned = unless('numberApplied', ownOuterColumns(formed))
  return unless('siftScans', unless('limitScans', unless('pruneColumns', owned)))
}
