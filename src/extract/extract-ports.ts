import type { Backend } from '../domain/ports.ts'
import type { FunctionSchema } from '../domain/schema.ts'
import type { Duration, Instant } from '../domain/time.ts'

/** A workspace to take something out of. */
export interface ExtractSource {
  readonly backend: Backend
  readonly workspace: string
  readonly timeout: Duration
  readonly now: Instant
}

/** Functions saved in the workspace; rejects where the identity cannot see them. */
export type ListFunctions = (signal: AbortSignal) => Promise<readonly FunctionSchema[]>
