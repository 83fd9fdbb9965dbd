import type { KeptLogs } from '../domain/kept-logs.ts'
import type { Backend } from '../domain/ports.ts'
import type { Overlap, Rule } from '../domain/rule.ts'
import type { WorkspaceSchema } from '../domain/schema.ts'
import type { Clock, Duration, Instant } from '../domain/time.ts'
import type { DoctorCheck } from './diagnosis.ts'

/** A fault of a query against a schema, as `kql`'s analyze gives it. */
export interface QueryFault {
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly message: string
  readonly hint?: string
  readonly offset: number
  readonly length: number
  /** Of a warning: the leg of a fuzzy union around the place is left out, for this reason. */
  readonly leftOutLeg?: 'absent' | 'faulty'
}

export interface QueryAnalysis {
  readonly diagnostics: readonly QueryFault[]
  readonly tables: readonly string[]
}

/** A part of this machine that is looked at without asking a workspace. Its rejections are findings too. */
export interface MachineProbe {
  readonly area: 'sink' | 'disk' | 'ledger'
  readonly subject: string
  look(signal: AbortSignal): Promise<Omit<DoctorCheck, 'area' | 'subject'>>
}

export interface DoctorPorts {
  readonly backend: Backend
  readonly schema: WorkspaceSchema
  readonly clock: Clock
  analyze(text: string, schema: WorkspaceSchema): Promise<QueryAnalysis>
  readonly machine: readonly MachineProbe[]
  /**
   * Asks the service how a workspace keeps its logs; `unseen`: it is not among those that the identity can see. Absent, or
   * `not told`, where there is nobody to ask.
   */
  keptLogs?(workspace: string, signal: AbortSignal): Promise<KeptLogs | 'unseen' | 'not told'>
}

export interface DoctorRequest {
  readonly rules: readonly Rule[]
  /** Files that give no rule because of errors in them. */
  readonly brokenFiles: readonly string[]
  readonly workspaces: readonly DoctorWorkspace[]
  /** The moment as of which data is looked at; undefined means the present. */
  readonly at: Instant | undefined
  readonly timeout: Duration
  readonly delay: Duration | undefined
  /** By name of table. */
  readonly tableDelays?: ReadonlyMap<string, Duration> | undefined
  readonly overlap: Overlap
}

export interface DoctorWorkspace {
  readonly name: string
  /** How hunt signs in there; undefined for a data folder. */
  readonly credential: string | undefined
  /** How far back it keeps logs, as the settings say. */
  readonly retention: Duration | undefined
  /** Undefined for a data folder, which stands for any workspace. */
  readonly tags: readonly string[] | undefined
}
