import { isTimed } from '../domain/rule.ts'
import type { Overlap, Rule, TimedRule } from '../domain/rule.ts'
import { runsIn } from '../domain/rule-workspaces.ts'
import type { WorkspaceTags } from '../domain/rule-workspaces.ts'
import type { Registration } from '../domain/schedule.ts'
import type { Duration, Instant, Window } from '../domain/time.ts'
import { milliseconds } from '../time/duration.ts'
import { minus } from '../time/instant.ts'
import { measuredOverlap } from '../time/measured-overlap.ts'
import { delayOf, timetableOf, windowAt } from '../time/rule-times.ts'
import type { DelaySettings } from '../time/rule-times.ts'
import { jitterOf } from './jitter.ts'
import type { Planned } from './plan.ts'

export interface PlanSettings extends DelaySettings {
  readonly workspaces: readonly string[]
  /** For rules that select workspaces; a workspace without an entry takes every rule. */
  readonly workspaceTags?: WorkspaceTags
  readonly maxCatchUp: Duration
  /** How much of the past each window reads once more. */
  readonly overlap: Overlap
  /** What 99 of 100 records of a table take to arrive, by workspace and table; absent means nothing was measured. */
  readonly measuredDelays?: ReadonlyMap<string, ReadonlyMap<string, Duration>>
  /** How far back workspaces keep logs; undefined when nobody says. */
  readonly retention: Duration | undefined
  /** Of a workspace that keeps them longer or shorter; absent means none does. */
  readonly retentionOf?: (workspace: string) => Duration | undefined
  /** Changes when tables or their columns may have; absent means never. */
  readonly schemaVersion?: string
  /** Longest jitter. */
  readonly jitter: Duration
}

/** Has the rule a schedule, and is it switched on? */
export function isScheduled(rule: Rule): rule is TimedRule {
  return isTimed(rule) && (rule.kind === 'Hunting' || rule.enabled)
}

/** Every scheduled rule on every workspace that it selects. */
export function makePlan(rules: readonly Rule[], settings: PlanSettings): readonly Planned[] {
  return rules.filter(isScheduled).flatMap((rule) => {
    const { maxCatchUp } = rule.scheduling
    const overlap = rule.scheduling.overlap ?? settings.overlap
    const timetable = timetableOf(rule)
    const delay = delayOf(rule, settings)
    const workspaces = settings.workspaces.filter((name) => runsIn(rule, name, settings.workspaceTags ?? new Map()))
    const overlapOf = (workspace: string): Duration =>
      overlap === 'measured'
        ? measuredOverlap(rule, delay, settings.measuredDelays?.get(workspace) ?? new Map())
        : overlap
    return workspaces.map((workspace): Planned => {
      const rereads = overlapOf(workspace)
      return {
        rule,
        workspace,
        severity: rule.severity ?? 'Informational',
        version: versionOf(rule, settings.schemaVersion ?? ''),
        timetable,
        overlap: rereads,
        isOverlapMeasured: overlap === 'measured',
        window: (slot) => widened(windowAt(rule, slot, delay), rereads),
        maxCatchUp: maxCatchUp ?? settings.maxCatchUp,
        retention: settings.retentionOf?.(workspace) ?? settings.retention,
        jitter: jitterOf(rule.id, workspace, timetable.step, settings.jitter),
      }
    })
  })
}

function versionOf({ source }: Rule, schemaVersion: string): string {
  return schemaVersion === '' ? source.sha256 : `${source.sha256}/${schemaVersion}`
}

/** Reads the recent past once more; what was found there before is known, and opens nothing again. */
function widened({ start, end }: Window, overlap: Duration): Window {
  return { start: minus(start, overlap), end }
}

/** A rule that is seen for the first time runs at once, for its latest slot; nothing before that is owed. */
export function registrationOf({ rule, workspace, timetable }: Planned, now: Instant): Registration {
  return {
    ruleId: rule.id,
    workspace,
    ruleName: rule.name,
    ruleFile: rule.source.file,
    ruleSha256: rule.source.sha256,
    origin: minus(timetable.latest(now), milliseconds(1)),
  }
}
