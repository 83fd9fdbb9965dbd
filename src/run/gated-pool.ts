import type { Clock, Instant } from '../domain/time.ts'
import { milliseconds, seconds } from '../time/duration.ts'
import { plus } from '../time/instant.ts'
import type { QueryGate } from './run-ports.ts'

export interface PoolOptions<Item> {
  readonly workspaceOf: (item: Item) => string
  /** Returns what is left of an item, which then comes before those behind it. Must not reject. */
  readonly work: (item: Item) => Promise<Item | undefined>
  /** Work at once, on whatever workspace. */
  readonly concurrency: number
  /** Absent means that nothing but `concurrency` limits it. */
  readonly gate: QueryGate | undefined
  readonly clock: Clock
}

/**
 * For so long a person's work stands back behind that of other processes; then its queries wait for their turn among theirs. A
 * daemon that catches up may fill its limits for hours.
 */
const PATIENCE = seconds(30)

interface Waiting<Item> {
  readonly item: Item
  readonly workspace: string
  since?: Instant
}

/**
 * Does all of it, so much at a time, in order, except that what its workspace has no room for stands back for the others.
 * Once the signal comes nothing more begins. Rejects where the gate fails, when what has begun has ended.
 */
export async function inGatedPool<Item>(
  items: readonly Item[],
  options: PoolOptions<Item>,
  signal: AbortSignal,
): Promise<void> {
  const { workspaceOf, work, gate, clock } = options
  const concurrency = Math.max(1, options.concurrency)
  const waiting: Waiting<Item>[] = items.map((item) => ({ item, workspace: workspaceOf(item) }))
  const running = new Set<Promise<void>>()
  const begin = ({ item, workspace }: Waiting<Item>): void => {
    const done = work(item)
      .then((left) => {
        if (left !== undefined) waiting.unshift({ item: left, workspace })
      })
      .finally(() => {
        gate?.end(workspace)
        running.delete(done)
      })
    running.add(done)
  }
  try {
    while (waiting.length + running.size > 0) {
      while (!signal.aborted && running.size < concurrency) {
        const next = takeAdmitted(waiting, gate, clock)
        if (next === undefined) break
        begin(next)
      }
      const mayBegin = waiting.length > 0 && running.size < concurrency
      if (signal.aborted && running.size === 0) return
      if (mayBegin && !signal.aborted) await endOrTurn(running, waiting, { gate, clock }, signal)
      else await Promise.race(running)
    }
  } finally {
    await Promise.all(running)
  }
}

type Gated = Pick<PoolOptions<unknown>, 'gate' | 'clock'>

/** Takes the first whose workspace has room; each workspace is asked once. */
function takeAdmitted<Item>(
  waiting: Waiting<Item>[],
  gate: QueryGate | undefined,
  clock: Clock,
): Waiting<Item> | undefined {
  const full = new Set<string>()
  const now = clock.now()
  const index = waiting.findIndex((each) => {
    if (gate === undefined) return true
    if (full.has(each.workspace)) return false
    each.since ??= now
    if (gate.tryBegin(each.workspace, now, now >= plus(each.since, PATIENCE))) return true
    full.add(each.workspace)
    return false
  })
  return index === -1 ? undefined : waiting.splice(index, 1)[0]
}

/** Until one of ours ends, or the rate or other processes may let another begin. */
async function endOrTurn(
  running: ReadonlySet<Promise<void>>,
  waiting: readonly Waiting<unknown>[],
  { gate, clock }: Gated,
  signal: AbortSignal,
): Promise<void> {
  const now = clock.now()
  const workspaces = [...new Set(waiting.map(({ workspace }) => workspace))]
  const next = Math.min(...workspaces.map((workspace) => gate?.nextTry(workspace, now) ?? now))
  const over = new AbortController()
  const turn = clock.sleep(milliseconds(Math.max(1, next - now)), AbortSignal.any([signal, over.signal]))
  try {
    await Promise.race([...running, turn])
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    over.abort()
    turn.catch(() => undefined)
  }
}
