import { targetText } from '../../domain/silence.ts'
import { gravity } from './common.ts'
import type { ReportInput } from './common.ts'
import type { HeldBack } from './report.ts'

/** What silences held back; also those that held nothing back, for something may be missed by them. Latest first. */
export function heldBack({ records }: ReportInput): readonly HeldBack[] {
  return [...records.silences].reverse().map(({ id, target, since, until, author, reason, toldAt, incidents }) => ({
    id,
    what: targetText(target),
    since,
    until,
    author,
    reason,
    toldAt,
    incidents: [...incidents].sort((a, b) => gravity(b.severity) - gravity(a.severity)),
  }))
}
