import type { IncomingMessage } from 'node:http'
import type { AnswerCache } from '../answer-cache.ts'
import type { Authority } from '../authority.ts'
import type { Distortion } from '../fault-kind.ts'
import type { FaultScript } from '../faults.ts'
import type { Journal } from '../journal.ts'
import type { EmulatorSettings } from '../options.ts'
import type { RateLimits } from '../rate-limits.ts'
import type { Reply } from '../reply.ts'
import type { SentinelStore } from '../sentinel/store.ts'
import type { StreamStore } from '../stream-store.ts'

/** What all operations share while the server lives. */
export interface EmulatorState {
  readonly settings: EmulatorSettings
  readonly authority: Authority
  readonly journal: Journal
  readonly faults: FaultScript
  readonly cache: AnswerCache
  readonly sentinel: SentinelStore
  readonly streams: StreamStore
  /** Undefined where rates are not limited. */
  readonly rates: RateLimits | undefined
  /** Address of the server, without a slash at the end; known once it listens. */
  readonly url: () => string
}

/** One request on its way through an operation. */
export interface Call {
  readonly request: IncomingMessage
  readonly url: URL
  /** What the path's pattern captured, decoded. */
  readonly captured: readonly string[]
  /** The body, read to its end and decompressed; empty for GET. */
  readonly body: string
  /** As it arrived. */
  readonly bytes: Buffer
  /** What a fault of this request asks for. */
  readonly distortion: Distortion
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal
}

/** Services whose rates are limited when the emulator is told to (rate-limits.ts). */
export type LimitedService = 'queries' | 'resource-manager' | 'ingestion'

/** Methods and path that an operation answers, and how. Any other method of the path is a 404 (contract A6). */
export interface Operation {
  readonly methods: readonly string[]
  readonly path: RegExp
  /** Operations of the service take faults and enter the journal; those of the emulator itself do neither. */
  readonly ofService: boolean
  /** Logins take faults of their own and enter the journal. */
  readonly isLogin?: boolean
  /** The wait of a fault is part of the query's own time, which may run into its limit; absent: it precedes the operation. */
  readonly waitsItself?: boolean
  /** Whose words faults use; absent: those of the query API. */
  readonly family?: 'arm' | 'graph' | 'kusto'
  /** Whose rates it counts for; absent: nobody's. */
  readonly limitedBy?: LimitedService
  readonly handle: (call: Call, state: EmulatorState) => Promise<Reply>
}
