import type { Instant } from '../domain/time.ts'
import { formatInstant } from '../time/instant.ts'

/** Who holds a lease, and how to tell that a holder no longer lives. */
export interface Owner {
  readonly name: string
  /** True when the named holder has surely ended: its leases need not be waited for. False in doubt. */
  isGone(holder: string): boolean
}

/** What the edge knows of this process and its host. */
export interface ProcessFacts {
  readonly host: string
  /** Within which process ids mean something, where that is less than the host: a container. */
  readonly pidNamespace?: string | undefined
  readonly pid: number
  readonly startedAt: Instant
  /** Does a process of this host with that id exist? */
  isRunning(pid: number): boolean
}

/**
 * An owner that knows its own host's processes. Containers may have one host name (replicas, the network of the host), and each
 * its own process 1: of those in another one nothing is known, and their leases are waited for. The start time is part of the name because process ids return: in a
 * container every process is number 1, and the lease of the killed one must not look like its successor's.
 */
export function processOwner(facts: ProcessFacts): Owner {
  const { host, pidNamespace } = facts
  const place = pidNamespace === undefined ? host : `${host} (${pidNamespace})`
  const name = `process ${facts.pid} on ${place} since ${formatInstant(facts.startedAt)}`
  return {
    name,
    isGone: (holder) => {
      const [, pid, other] = /^process (\d+) on (.*) since \S+$/.exec(holder) ?? []
      if (holder === name || other !== place) return false
      return Number(pid) === facts.pid || !facts.isRunning(Number(pid))
    },
  }
}

/** For a ledger in memory, which nobody else can see. */
export const soleOwner: Owner = { name: 'this process', isGone: () => false }
