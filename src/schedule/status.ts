import type { Covered, Gap, ScheduleState } from '../domain/schedule.ts'
import type { Duration, Instant } from '../domain/time.ts'
import { dueOf } from './due.ts'
import type { Planned } from './plan.ts'
import type { RuleOwners } from './rule-owners.ts'
import { keyOf, pairKey, stateMap } from './sync.ts'

/** In the order in which they matter; a pair has the first that fits. */
export type Condition =
  | 'failing'
  /** Owes slots that were due for longer than the way to the next one. */
  | 'late'
  | 'paused'
  /** The schedule has not seen it yet. */
  | 'new'
  /** Its file is gone, or says `enabled: false`. */
  | 'retired'
  | 'disabled'
  /** Scheduled by whoever reads another folder of rules, and told of there. */
  | 'elsewhere'
  | 'ok'

/** How a rule does on a workspace. */
export interface PairStatus {
  readonly ruleId: string
  readonly ruleName: string
  readonly workspace: string
  readonly condition: Condition
  readonly step: Duration | undefined
  /** How much of the past its windows read once more; undefined for what is not scheduled any more. */
  readonly overlap: Duration | undefined
  /** End of the last interval that was searched completely, and where that interval begins. */
  readonly covered: { readonly since: Instant; readonly through: Instant } | undefined
  /** Slots that are due and not done. */
  readonly owed: number
  /** The slot that would run next, and when. */
  readonly nextRun: Instant | undefined
  /** Slots given up that nobody has acknowledged. */
  readonly gapSlots: number
  readonly state: ScheduleState | undefined
  /** Through when its slots have been searched once more for late records; undefined where they are not. */
  readonly reconciledThrough: Instant | undefined
}

export interface StatusInput {
  readonly plan: readonly Planned[]
  /** Whose pairs are ours; absent: all. */
  readonly owners?: RuleOwners
  readonly states: readonly ScheduleState[]
  readonly coverage: readonly Covered[]
  /** Those that nobody has acknowledged. */
  readonly gaps: readonly Gap[]
  readonly now: Instant
}

/** Every scheduled rule on every workspace, and what the ledger remembers beyond them. Pure. */
export function statusOf({ plan, owners, states, coverage, gaps, now }: StatusInput): readonly PairStatus[] {
  const byKey = stateMap(states)
  const lastIsland = new Map(coverage.map((covered) => [pairKey(covered), covered.window]))
  const gapSlots = new Map<string, number>()
  for (const gap of gaps) {
    const open = gap.slotCount - gap.searchedSince
    gapSlots.set(pairKey(gap), (gapSlots.get(pairKey(gap)) ?? 0) + open)
  }
  const facts = (key: string) => {
    const island = lastIsland.get(key)
    return {
      covered: island === undefined ? undefined : { since: island.start, through: island.end },
      gapSlots: gapSlots.get(key) ?? 0,
    }
  }
  const planned = plan.map((each): PairStatus => {
    const state = byKey.get(keyOf(each))
    return { ...scheduleOf(each, state, now), ...facts(keyOf(each)), reconciledThrough: state?.reconciledThrough }
  })
  const known = new Set(plan.map(keyOf))
  const others = states
    .filter((state) => !known.has(pairKey(state)))
    .map((state): PairStatus => {
      const { ruleId, ruleName, workspace } = state
      const condition = state.inactive?.reason ?? (owners?.isOurs(state) === false ? 'elsewhere' : 'retired')
      const nothing = { step: undefined, overlap: undefined, owed: 0, nextRun: undefined }
      return {
        ruleId,
        ruleName,
        workspace,
        condition,
        state,
        ...nothing,
        ...facts(pairKey(state)),
        reconciledThrough: state.reconciledThrough,
      }
    })
  return [...planned, ...others]
}

function scheduleOf(
  planned: Planned,
  state: ScheduleState | undefined,
  now: Instant,
): Omit<PairStatus, 'covered' | 'gapSlots' | 'reconciledThrough'> {
  const { rule, workspace, timetable, overlap } = planned
  const base = { ruleId: rule.id, ruleName: rule.name, workspace, step: timetable.step, overlap, state }
  if (state === undefined) return { ...base, condition: 'new', owed: 1, nextRun: now }
  const due = dueOf(planned, state, now, { withJitter: false })
  const nextRun = due.slot === undefined ? due.nextLook : now
  return { ...base, condition: conditionOf(planned, state, due, now), owed: due.owed, nextRun }
}

function conditionOf(
  { timetable }: Planned,
  { failing, paused }: ScheduleState,
  due: ReturnType<typeof dueOf>,
  now: Instant,
): Condition {
  if (failing !== undefined) return 'failing'
  if (paused !== undefined && paused.since <= now && (paused.until ?? Infinity) > now) return 'paused'
  if (due.owed > 1 || (due.owed === 1 && now - due.dueAt > timetable.step)) return 'late'
  return 'ok'
}

/** Is there something that a person must look at? */
export function isWorrying({ condition, gapSlots }: PairStatus): boolean {
  return condition === 'failing' || condition === 'late' || gapSlots > 0
}
