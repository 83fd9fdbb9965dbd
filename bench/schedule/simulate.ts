/**
 * A day of 10,000 rules on 20 workspaces through the scheduler's own queue, budget and jitter, with a clock that jumps from
 * event to event: how late does each slot begin? `node --import tsx bench/schedule/main.ts [rules] [workspaces] [identities]`
 */
import { SEVERITIES } from '../../src/domain/rule.ts'
import type { Severity } from '../../src/domain/rule.ts'
import type { Duration, Instant } from '../../src/domain/time.ts'
import { DueQueue } from '../../src/schedule/due-queue.ts'
import type { QueueEntry } from '../../src/schedule/due-queue.ts'
import { Heap } from '../../src/schedule/heap.ts'
import { jitterOf } from '../../src/schedule/jitter.ts'
import { RequestBudget, SERVICE_LIMITS } from '../../src/schedule/budget.ts'
import { days, hours, milliseconds, minutes } from '../../src/time/duration.ts'
import { gridTimetable } from '../../src/time/timetable.ts'

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
  /** Share of the time in which the budget's queries were running. */
  readonly use: number
  readonly mostAtOnce: number
}

/** One object a pair for the whole day: millions of copies would cost more than the scheduling. */
interface Pair extends QueueEntry {
  dueAt: Instant
  isBacklog: boolean
  readonly frequency: Duration
  readonly jitter: Duration
  readonly identity: string
  readonly seed: number
}

type Event = { readonly at: number } & ({ readonly due: Pair } | { readonly ended: Pair })

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

export function simulate(options: SimulationOptions): SimulationResult {
  const events = new Heap<Event>((a, b) => a.at - b.at)
  for (let number = 0; number < options.rules; number += 1) {
    const rule = `rule-${number}`
    const frequency = frequencyOf(rule)
    const severity = SEVERITIES[Math.floor(chance(`${rule} severity`) * SEVERITIES.length)] ?? 'Medium'
    for (let index = 0; index < options.workspaces; index += 1) {
      const workspace = `workspace-${index}`
      const jitter = jitterOf(rule, workspace, frequency, options.jitter)
      const identity = `identity-${index % options.identities}`
      const dueAt = (gridTimetable(frequency).next(0 as Instant) + jitter) as Instant
      const pair: Pair = {
        key: `${rule} ${workspace}`,
        workspace,
        severity,
        dueAt,
        isBacklog: false,
        frequency,
        jitter,
        identity,
        seed: Math.floor(chance(`${rule} ${workspace}`) * 2 ** 32),
      }
      if (dueAt < options.length) events.push({ at: dueAt, due: pair })
    }
  }
  return play(events, options)
}

function play(events: Heap<Event>, { length, query, workspaces, identities }: SimulationOptions): SimulationResult {
  const queue = new DueQueue<Pair>()
  const budget = new RequestBudget(SERVICE_LIMITS)
  const identityOf = new Map(
    Array.from({ length: workspaces }, (_, n) => [`workspace-${n}`, `identity-${n % identities}`]),
  )
  const delays: number[] = []
  const bySeverity = new Map<Severity, number[]>(SEVERITIES.map((severity) => [severity, []]))
  let [slots, busy, running, mostAtOnce] = [0, 0, 0, 0]
  const enqueue = (pair: Pair, now: number): void => {
    // The newest slot of a pair is the present, any other is being caught up.
    pair.isBacklog = pair.dueAt + pair.frequency <= now
    queue.put(pair)
    slots += 1
  }
  for (let event = events.pop(); event !== undefined && event.at < length; event = events.pop()) {
    const now = event.at as Instant
    const pair = 'due' in event ? event.due : event.ended
    if ('due' in event) enqueue(pair, now)
    else {
      running -= 1
      budget.end(pair.identity)
      pair.dueAt = (pair.dueAt + pair.frequency) as Instant
      if (pair.dueAt <= now) enqueue(pair, now)
      else events.push({ at: pair.dueAt, due: pair })
    }
    // Nothing else has become possible by this event.
    if (!budget.mayBegin(pair.identity, now)) continue
    const mayRun = (workspace: string): boolean => budget.mayBegin(identityOf.get(workspace) ?? '', now)
    for (let entry = queue.take(now, mayRun); entry !== undefined; entry = queue.take(now, mayRun)) {
      const took = milliseconds(Math.round(query * (0.5 + mix(entry.seed ^ entry.dueAt))))
      budget.begin(entry.identity, now)
      queue.charge(entry.workspace, took)
      delays.push(now - entry.dueAt)
      bySeverity.get(entry.severity)?.push(now - entry.dueAt)
      busy += took
      running += 1
      mostAtOnce = Math.max(mostAtOnce, running)
      events.push({ at: now + took, ended: entry })
    }
  }
  const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).sort()
  return {
    slots,
    left: queue.size,
    delays: sorted(delays),
    bySeverity: new Map([...bySeverity].map(([severity, values]) => [severity, sorted(values)])),
    use: busy / (length * SERVICE_LIMITS.concurrent * identities),
    mostAtOnce,
  }
}
