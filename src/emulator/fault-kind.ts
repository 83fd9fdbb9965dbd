import type { Clock, Duration } from '../domain/time.ts'
import type { Operation } from './operations/operation.ts'
import type { Reply } from './reply.ts'

/** One misbehaviour for one request: its kind and its parameters, as `kind; name=value`. */
export interface Fault {
  readonly kind: string
  readonly parameters: Readonly<Record<string, string>>
}

/** How a fault changes a request that is otherwise answered. */
export interface Distortion {
  /** Wait before the answer, on top of the query's own time. */
  readonly delay?: Duration
  /** Connection breaks after so many bytes of the body. */
  readonly cutAfter?: number
  /** Records that the result is cut to, with the PartialError of contract A5. */
  readonly records?: number
  readonly partial?: boolean
  /** Name of what a fuzzy union goes on without. */
  readonly unresolved?: string
  /** A workspace among those of the query cannot be read; the others are. */
  readonly failedWorkspace?: WorkspaceFailure
  readonly headers?: Readonly<Record<string, string>>
  /** The request is carried out twice. */
  readonly repeats?: boolean
  /** It is carried out, and the connection breaks before the answer. */
  readonly isLost?: boolean
  /** The header Date. */
  readonly clockSkew?: string
  /** How long the token of a login holds. */
  readonly lifetime?: Duration
}

/** How the answer tells of a workspace that failed among several, which nobody has seen (contract H5). */
export const WORKSPACE_FAILURES = ['partial', 'forbidden', 'unresolved'] as const
export type WorkspaceFailure = (typeof WORKSPACE_FAILURES)[number]

/** Requests of the services, or logins: a fault of one kind waits for a request of that kind. */
export type FaultTarget = 'service' | 'login'

export interface FaultKind {
  readonly summary: string
  /** Absent: requests of the services. */
  readonly target?: FaultTarget
  /** Answers instead of the engine. */
  readonly reply?: (parameters: Fault['parameters'], tools: FaultTools) => Reply
  /** Or lets the engine answer and changes that. */
  readonly distort?: (parameters: Fault['parameters'], tools: FaultTools) => Distortion
}

export interface FaultTools {
  readonly clock: Clock
  readonly newId: () => string
  readonly family?: Operation['family']
}
