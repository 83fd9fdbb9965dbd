/** IR → IR, in this order. */
import type { QueryPlan } from '../ir/relation.ts'
import { hoistWindows } from './hoist-windows.ts'
import { inlineSingleUse } from './inline-single-use.ts'
import { limitScans } from './limit-scans.ts'
import { pruneColumns } from './prune-columns.ts'
import { boundScans } from './scan-bounds.ts'
import { testScans } from './scan-tests.ts'
import { separateAggregates } from './separate-aggregates.ts'
import { siftScans } from './sift-scans.ts'
import { boundByWindow, type TickWindow } from './time-window.ts'

export interface PassOptions {
  readonly window: TickWindow | undefined
}

export function runPasses(plan: QueryPlan, { window }: PassOptions): QueryPlan {
  // The window first: inlining copies nothing, so each scan is bounded once either way, but a shared relation is
  // then bounded where it is defined.
  const bounded = window === undefined ? plan : boundByWindow(plan, window)
  const placed = testScans(boundScans(inlineSingleUse(bounded)))
  return siftScans(limitScans(pruneColumns(hoistWindows(separateAggregates(placed)))))
}
