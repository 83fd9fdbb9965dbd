/**
 * A day of 10,000 rules on 20 workspaces through the scheduler's own planner, decision what is due, queue and budget, with a
 * clock that jumps from event to event and a backend that only takes time: how late does each slot begin?
 * `npm run bench -- --only schedule`
 */
import FlatQueue from 'flatqueue'
import { SEVERITIES } from '../../src/domain/rule.ts'
import type { Severity } from '../../src/domain/rule.ts'
import type { Duration, Instant } from '../../src/domain/time.ts'
import { DueQueue } from '../../src/schedule/due-queue.ts'
import type { QueueEntry } from '../../src/schedule/due-queue.ts'
import { dueOf } from '../../src/schedule/due.ts'
import { makePlan, registrationOf } from '../../src/schedule/make-plan.ts'
import type { Planned } from '../../src/schedule/plan.ts'
import type { ScheduleState } from '../../src/domain/schedule.ts'
import { RequestBudget, SERVICE_LIMITS } from '../../src/schedule/budget.ts'
import { plus } from '../../src/time/instant.ts'
import { days, hours, milliseconds, minutes, seconds } from '../../src/time/duration.ts'
import { scheduledRule } from '../../test/support/rules.ts'

/** Frequencies of published rules, by share (shared/reference/azure-contract.md B2). */
const FREQUENCIES: readonly (readonly [share: number, frequency: Duration])[] = [
  [0.47, hours(1)],
  [0.28, days(1)],
  [0.08, hours(6)],
  [0.03, minutes(5)],
  [0.03, minutes(10)],
  [0.03, minutes(15)],
  [0.08, hours(12)],
]

export interface SimulationOptions {
  readonly rules: number
  readonly workspaces: number
  /** Workspaces share these; each has a budget of its own. */
  readonly identities: number
  readonly length: Duration
  /** Mean duration of a query. */
  readonly query: Duration
  readonly jitter: Duration
}

export interface SimulationResult {
  readonly slots: number
  /** Slots that were due and had not begun when the day was over. */
  readonly left: number
  /** How long after its slot plus jitter each began, ascending; milliseconds. */
  readonly delays: Float64Array
  readonly bySeverity: ReadonlyMap<Severity, Float64Array>
  readonly byWorkspace: ReadonlyMap<string, Float64Array>
  /** Share of the time in which the budgets' queries were running. */
  readonly use: number
  /** Queries of one identity. */
  readonly mostAtOnce: number
}

/** One object a pair for the whole day: millions of copies would cost more than the scheduling. */
interface Pair extends QueueEntry {
  slot: Instant
  dueAt: Instant
  isBacklog: boolean
  readonly planned: Planned
  readonly state: { -readonly [Key in keyof ScheduleState]: ScheduleState[Key] }
  readonly seed: number
  /** When something happens to it next: its run ends, or it is to be looked at. */
  at: Instant
  isRunning: boolean
}

/** When the budget's rate allows another query, while some wait for nothing else. */
interface Wake {
  at: Instant
}

/** What happens in order of its time, at most once for each: a list for each second to come, and a queue for the one that is. */
class EventQueue {
  readonly #lists = new Map<number, (Pair | Wake)[]>()
  readonly #now = new FlatQueue<Pair | Wake>()
  #second = secondOf(MIDNIGHT)

  push(event: Pair | Wake, at: Instant): void {
    event.at = at
    const second = secondOf(at)
    const list = this.#lists.get(second)
    if (second <= this.#second) this.#now.push(event, at)
    else if (list === undefined) this.#lists.set(second, [event])
    else list.push(event)
  }

  pop(): Pair | Wake | undefined {
    while (this.#now.length === 0 && this.#lists.size > 0) {
      this.#second += 1
      for (const event of this.#lists.get(this.#second) ?? []) this.#now.push(event, event.at)
      this.#lists.delete(this.#second)
    }
    return this.#now.pop()
  }
}

const secondOf = (time: number): number => Math.floor(time / 1000)

/** The simulated day begins at a midnight, so that all frequencies meet there. */
const MIDNIGHT = Date.UTC(2026, 2, 2) as Instant

/** A repeatable number in [0, 1) for a text. */
function chance(text: string): number {
  let hash = 2166136261
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 16777619)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 2246822519)
  hash ^= hash >>> 13
  return (hash >>> 0) / 2 ** 32
}

/** As `chance`, for a number. */
function mix(seed: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 2246822519)
  hash = Math.imul(hash ^ (hash >>> 13), 3266489917)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

function frequencyOf(rule: string): Duration {
  let rest = chance(`${rule} frequency`)
  for (const [share, frequency] of FREQUENCIES) {
    rest -= share
    if (rest < 0) return frequency
  }
  return hours(1)
}

/** The day of all identities, one after another: they share nothing, and the pairs of one fit into the processor's cache. */
export function simulate(options: SimulationOptions): SimulationResult {
  return together(Array.from({ length: options.identities }, (_, identity) => simulateIdentity(options, identity)))
}

/** What the days of several identities come to. */
export function together(days: readonly SimulationResult[]): SimulationResult {
  const sum = (valueOf: (day: SimulationResult) => number): number => days.reduce((all, day) => all + valueOf(day), 0)
  const sorted = (parts: readonly Float64Array[]): Float64Array => {
    const all = new Float64Array(parts.reduce((length, part) => length + part.length, 0))
    let at = 0
    for (const part of parts) {
      all.set(part, at)
      at += part.length
    }
    return all.sort()
  }
  return {
    slots: sum(({ slots }) => slots),
    left: sum(({ left }) => left),
    delays: sorted(days.map(({ delays }) => delays)),
    bySeverity: new Map(
      SEVERITIES.map((severity) => [severity, sorted(days.map((day) => day.bySeverity.get(severity) ?? NONE))]),
    ),
    byWorkspace: new Map(days.flatMap(({ byWorkspace }) => [...byWorkspace])),
    use: sum(({ use }) => use) / days.length,
    mostAtOnce: Math.max(...days.map(({ mostAtOnce }) => mostAtOnce)),
  }
}

const NONE = new Float64Array()

/** The day of the workspaces that one identity reads. */
export function simulateIdentity(options: SimulationOptions, identity: number): SimulationResult {
  const events = new EventQueue()
  const workspaces = Array.from({ length: options.workspaces }, (_, n) => `workspace-${n}`)
  const own = workspaces.filter((_, n) => n % options.identities === identity)
  const rules = Array.from({ length: options.rules }, (_, number) => {
    const id = `rule-${number}`
    const frequency = frequencyOf(id)
    const severity = SEVERITIES[Math.floor(chance(`${id} severity`) * SEVERITIES.length)] ?? 'Medium'
    return scheduledRule({ id, severity, queryFrequency: frequency, queryPeriod: frequency })
  })
  const plan = makePlan(rules, {
    workspaces: own,
    delay: undefined,
    maxCatchUp: days(7),
    overlap: seconds(0),
    retention: undefined,
    jitter: options.jitter,
  })
  for (const planned of plan) schedule(pairOf(planned), MIDNIGHT, events)
  return play(events, own, options)
}

/** As after a day without trouble: everything before midnight is done. */
function pairOf(planned: Planned): Pair {
  const { rule, workspace, severity } = planned
  const { origin, ...registration } = registrationOf(planned, MIDNIGHT)
  const nothing = { paused: undefined, inactive: undefined, failing: undefined, reconciledThrough: undefined }
  const state = { ...registration, ...nothing, ruleFolder: '', firstSeen: origin, settledThrough: origin, slots: [] }
  const seed = Math.floor(chance(`${rule.id} ${workspace}`) * 2 ** 32)
  const key = `${rule.id} ${workspace}`
  const times = { slot: origin, dueAt: origin, at: origin }
  return { key, workspace, severity, ...times, isBacklog: false, planned, state, seed, isRunning: false }
}

/** Asks the scheduler what the pair owes; false when it has to be asked again later, which an event does. */
function schedule(pair: Pair, now: Instant, events: EventQueue): boolean {
  const due = dueOf(pair.planned, pair.state, now, { withJitter: true })
  if (due.slot === undefined) {
    events.push(pair, due.nextLook)
    return false
  }
  pair.slot = due.slot
  pair.dueAt = due.dueAt
  pair.isBacklog = due.isBacklog
  return true
}

function play(
  events: EventQueue,
  workspaces: readonly string[],
  { length, query }: SimulationOptions,
): SimulationResult {
  const queue = new DueQueue<Pair>()
  const budget = new RequestBudget(SERVICE_LIMITS)
  const delays: number[] = []
  const bySeverity = new Map<Severity, number[]>(SEVERITIES.map((severity) => [severity, []]))
  const byWorkspace = new Map<string, number[]>(workspaces.map((workspace) => [workspace, []]))
  let [slots, busy, running, mostAtOnce] = [0, 0, 0, 0]
  const end = MIDNIGHT + length
  const wake: Wake = { at: MIDNIGHT }
  let wakes = false
  const mayRun = (workspace: string): boolean => budget.mayBegin(workspace, now)
  let now = MIDNIGHT
  for (let event = events.pop(); event !== undefined && event.at < end; event = events.pop()) {
    now = event.at
    if (!('planned' in event)) wakes = false
    else {
      if (event.isRunning) {
        event.isRunning = false
        running -= 1
        budget.end(event.workspace)
        event.state.settledThrough = event.slot
      }
      if (schedule(event, now, events)) {
        queue.put(event)
        slots += 1
      }
    }
    for (let entry = queue.take(now, mayRun); entry !== undefined; entry = queue.take(now, mayRun)) {
      const took = milliseconds(Math.round(query * (0.5 + mix(entry.seed ^ entry.slot))))
      budget.begin(entry.workspace, now)
      queue.charge(entry.workspace, took)
      delays.push(now - entry.dueAt)
      bySeverity.get(entry.severity)?.push(now - entry.dueAt)
      byWorkspace.get(entry.workspace)?.push(now - entry.dueAt)
      busy += took
      running += 1
      mostAtOnce = Math.max(mostAtOnce, running)
      entry.isRunning = true
      events.push(entry, plus(now, took))
    }
    const [any = ''] = workspaces
    if (!wakes && queue.size > 0 && budget.hasRoom(any, now)) {
      wakes = true
      events.push(wake, budget.nextBegin(any, now))
    }
  }
  const sorted = (values: readonly number[]): Float64Array => new Float64Array(values).sort()
  return {
    slots,
    left: queue.size,
    delays: sorted(delays),
    bySeverity: new Map([...bySeverity].map(([severity, values]) => [severity, sorted(values)])),
    byWorkspace: new Map([...byWorkspace].map(([workspace, values]) => [workspace, sorted(values)])),
    use: busy / (length * SERVICE_LIMITS.concurrent),
    mostAtOnce,
  }
}
