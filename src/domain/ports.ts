import type { ErrorRecord } from './errors.ts'
import type { AnswerTable } from './kusto.ts'
import type { Rule, Severity } from './rule.ts'
import type { FirstRecord, Incident, IncidentHead, RunKey, RunOutcome } from './run.ts'
import type { RunVariables } from './run-variables.ts'
import type { RunPurpose } from './schedule.ts'
import type { Silence, SilencedDelivery, SilencedIncident, SilenceSummary } from './silence.ts'
import type { Duration, Instant, TimeScope, Window } from './time.ts'

export interface QueryRequest {
  /** KQL as the rule has it, without prefix. */
  readonly query: string
  /** Time scope of every table with `TimeGenerated`; undefined leaves the time to the query (`hunt query`). */
  readonly window: Window | undefined
  /** How the window bounds, where a service is imitated; absent: as it is, and every table. Only the embedded engine knows others. */
  readonly timeScope?: TimeScope
  /** What `now()` and `ago()` mean; undefined means the wall clock. */
  readonly now: Instant | undefined
  /** Values of the names that RUN_VARIABLES lists, for queries that use them; absent: none has a value. */
  readonly variables?: RunVariables
  readonly workspace: string
  /**
   * Names and tags of further workspaces that the query reads too, as one: contract A8. A data folder stands for all of
   * them. Absent: the one workspace.
   */
  readonly across?: readonly string[]
  /** Upper bound for the service, at most 600 s. */
  readonly timeout: Duration
  /**
   * The caller can use no more than this: once a result is larger in rows or in bytes, the local engine stops reading
   * and answers with the rows so far, more than enough being the sign that there are others. Undefined: all rows.
   */
  readonly enough?: ResultSize
}

/** Bytes of text as UTF-8, and eight for any other cell. */
export interface ResultSize {
  readonly rows: number
  readonly bytes: number
}

export interface QueryResult {
  readonly status: 'complete' | 'partial'
  readonly table: AnswerTable
  /** Why the answer is partial; set if and only if `status` is `partial`. */
  readonly partialError?: ErrorRecord
  readonly statistics?: unknown
  readonly warnings: readonly string[]
  /** Names of the tables that the query read, in order of appearance; absent where the backend does not know. */
  readonly tables?: readonly string[]
  /** Gives back what rows hold outside of memory; they cannot be read afterwards. Absent where they hold nothing. */
  readonly release?: () => void
}

/** Keeps texts that follow from their key alone, so that the next process need not find them out again. */
export interface TextCache {
  /** Undefined for one that it does not have, or not as it was put. Never throws. */
  get(key: string): string | undefined
  /** May keep it or not, and forget it at any time. Never throws. */
  set(key: string, text: string): void
}

/**
 * May a query be asked about parts of its window one after another, its answer being theirs together? Where not, `because`
 * is what forbids it, as the query has it, and `position` where it stands, in UTF-16 units.
 */
export type RowLocality =
  | { readonly isRowLocal: true }
  | {
      readonly isRowLocal: false
      readonly because: string
      readonly position: { readonly offset: number; readonly length: number }
    }

/**
 * Runs KQL somewhere. Rejects with KqlError (its span undefined, its `position` into `request.query`), AuthError,
 * BackendError or ConfigError; never resolves with an answer that it cannot vouch for.
 */
export interface Backend {
  readonly name: 'azure' | 'defender-xdr' | 'data-explorer' | 'local'
  query(request: QueryRequest, signal: AbortSignal): Promise<QueryResult>
  close(): Promise<void>
}

export type GuardedResult<Result> =
  | { readonly kind: 'done'; readonly value: Result }
  | { readonly kind: 'late' }
  /** The user asked to stop; whoever listens to the program's signals knows already. */
  | { readonly kind: 'interrupted' }

/** What bounds work that would else take the whole process down. */
export interface WorkGuard {
  /** Runs work that holds the thread, so that neither a timer nor a signal's listener could end it. Its throws pass. */
  run<Result>(work: () => Result, limit: Duration, options?: GuardedWork): GuardedResult<Result>
  /** A thread does not come back: the process cannot end by itself any more. */
  lost(): void
  memory(): ProcessMemory
}

export interface GuardedWork {
  /** The work may be ended anywhere and begun again. */
  readonly isRepeatable?: boolean
}

/** In bytes. */
export interface ProcessMemory {
  /** What the process has of the machine now. */
  readonly used: number
  /** What it could have at most: all of the machine, or of its container. */
  readonly machine: number
}

/** What a sink is told about an incident. */
export interface Delivery {
  /** Idempotency key: the same key may be delivered again and must then change nothing. */
  readonly key: string
  readonly reason: DeliveryReason
  readonly incident: Incident
  /** Ids of the alerts that this delivery is about; absent, as in deliveries of older versions, means all of the incident. */
  readonly addedAlertIds?: readonly string[] | undefined
  /** What somebody did to the incident: set where the reason is `closed` or `commented`, and where an alert opened it again. */
  readonly event?: IncidentEvent
}

/**
 * `storm`: the incident is none of the ledger's, but a summary of many that are not delivered one by one. `silence`: likewise, of
 * what a silence held back.
 */
export type DeliveryReason = 'opened' | 'updated' | 'closed' | 'commented' | 'storm' | 'silence'

/** Deliveries of what people say. They are few, and state that no other delivery carries: no summary takes their place. */
export const TOLD_BY_PEOPLE: readonly DeliveryReason[] = ['closed', 'commented']

/** What a sink is told in place of more incidents than it should be told of. */
export type Storm = Omit<Delivery, 'reason'>

/** Bounds of what a sink is told one by one. */
export interface StormLimits {
  readonly count: number
  readonly period: Duration
  /** From one summary to the next. */
  readonly pause: Duration
}

/** A delivery that a storm summary stands for. */
export interface Summarised {
  readonly entryId: number
  readonly incidentId: string
  readonly ruleId: string
  readonly ruleName: string
  readonly workspace: string
  readonly severity: Severity
  readonly firstActivity: Instant
  readonly lastActivity: Instant
}

export interface Receipt {
  /** Where the incident now is: a path, an ARM id, a URL. */
  readonly location: string
  /** True when the sink already had it under this key. */
  readonly duplicate: boolean
}

/** Whom the ledger owes incidents to. */
export interface Recipient {
  readonly name: string
  /** False for what its routing leaves out; absent takes all. */
  readonly takes?: (incident: Incident, rule: Pick<Rule, 'id' | 'name' | 'tags'>) => boolean
}

export interface Sink extends Recipient {
  /** Most incidents of an hour that are told one by one; the gravest are. Absent means all. */
  readonly stormLimit?: number
  /**
   * Rejects with DeliveryError where it knows whose fault it is; any other error counts as passing.
   * @param signal aborted when the program ends, or when the delivery takes too long
   */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<Receipt>
  /**
   * Looks whether deliveries would be accepted, without leaving anything behind: what was found, in a sentence without
   * its end. Rejects as `deliver` would. Absent where nothing can be told beforehand.
   */
  probe?(signal: AbortSignal): Promise<string>
}

/** Files of one run. */
export interface WrittenFiles {
  readonly paths: readonly string[]
}

/** Writes a run's results under the output folder, atomically; the same outcome gives the same paths. */
export interface ResultWriter {
  write(outcome: RunOutcome): Promise<WrittenFiles>
}

export interface OutboxEntry {
  readonly id: number
  readonly sink: string
  readonly delivery: Delivery
  /** Attempts that failed. */
  readonly attempts: number
  /** Set while some process has taken it. */
  readonly takenUntil?: Instant
  /** When the first attempt failed, and how the last one did; absent while none has. */
  readonly failedSince?: Instant
  readonly lastError?: ErrorRecord
  /** Set when nobody tries any more. */
  readonly deadSince?: Instant
}

/** An entry as a person looks at it. */
export interface OutboxRecord extends OutboxEntry {
  readonly createdAt?: Instant
  /** Not before then. */
  readonly nextAttempt: Instant
}

/** As Sentinel's incidents have them (shared/reference/azure-contract.md D2). */
export const CLASSIFICATIONS = ['Undetermined', 'TruePositive', 'BenignPositive', 'FalsePositive'] as const
export type Classification = (typeof CLASSIFICATIONS)[number]

/** What happened to an incident by somebody's hand, or by an alert that opened it again. */
export interface IncidentEvent {
  readonly at: Instant
  readonly kind: 'closed' | 'reopened' | 'comment'
  readonly author: string
  readonly classification?: Classification
  readonly text: string
}

export interface IncidentRecord {
  readonly incident: Incident
  readonly updatedAt: Instant
  readonly closedAt?: Instant
  /** Oldest first. */
  readonly events: readonly IncidentEvent[]
}

export interface IncidentFilter {
  /** Beginning of an id. */
  readonly id?: string
  readonly open?: boolean
  /** Changed at or after. */
  readonly since?: Instant
  readonly matches?: (incident: IncidentHead) => boolean
  readonly limit?: number
}

/** What a person may do with incidents. Every method is one transaction. */
export interface IncidentLedger {
  /** Latest change first. */
  incidentRecords(filter: IncidentFilter): readonly IncidentRecord[]
  /**
   * Of the sinks, those that know the incident are told, through the outbox.
   * @param sinks names of those that are configured
   * @returns undefined when it is closed already, else the sinks that will be told
   */
  closeIncident(id: string, event: Omit<IncidentEvent, 'kind'>, sinks: readonly string[]): readonly string[] | undefined
  /** As closeIncident. */
  commentIncident(
    id: string,
    event: Omit<IncidentEvent, 'kind' | 'classification'>,
    sinks: readonly string[],
  ): readonly string[]
}

/** Which entries are meant; all that are given must hold. */
export interface OutboxFilter {
  readonly ids?: readonly number[]
  readonly sink?: string
  readonly dead?: boolean
}

/** What a person may do with the outbox. Every method is one transaction. */
export interface OutboxLedger {
  /** What is not settled, oldest first. */
  outbox(filter: OutboxFilter): readonly OutboxRecord[]
  /** Makes waiting and dead entries due at once; returns how many there were. */
  revive(filter: OutboxFilter, now: Instant): number
  /** Ends entries without a delivery, and keeps that they were dropped; returns how many there were. */
  drop(filter: OutboxFilter, now: Instant): number
}

export interface OpenIncident {
  readonly incident: Incident
  readonly closed: boolean
}

export type Claim =
  | { readonly kind: 'claimed'; readonly token: string; readonly attempt: number }
  /** Only for a slot of the schedule: it has been searched completely, and there is nothing to do. */
  | { readonly kind: 'complete' }
  /** Another process works on this rule and workspace until the given time. */
  | { readonly kind: 'busy'; readonly until: Instant; readonly owner: string }

/**
 * The memory of all runs. Every method is one transaction; failures are LedgerErrors. Synchronous because SQLite is.
 */
export interface Ledger {
  /**
   * Takes the lease of rule × workspace: no two runs of one rule on one workspace overlap in time. A run whose purpose is
   * `slot` is refused when a run that counts has completed the slot, a `reconciliation` when another one has. Absent purpose means `ad-hoc`.
   */
  claim(key: RunKey, now: Instant, lease: Duration, purpose?: RunPurpose): Claim
  /** Keeps a claim until `until`; false when another process has taken it over. */
  renew(token: string, until: Instant): boolean
  release(key: RunKey, token: string): void
  /** Those of the finding ids that an earlier run of the rule and workspace has already recorded, and where. */
  known(ruleId: string, workspace: string, findingIds: readonly string[]): ReadonlyMap<string, FirstRecord>
  /** Those of the alert ids that are already recorded. An alert on an empty result has no finding to be known by. */
  knownAlerts(alertIds: readonly string[]): ReadonlySet<string>
  /** Incidents of the rule and workspace whose first alert was raised at or after `since`, oldest first, for grouping. */
  incidents(ruleId: string, workspace: string, since: Instant): readonly OpenIncident[]
  /**
   * Run, findings, incidents and one outbox row per incident and sink that takes it; releases the claim. All or nothing. Returns
   * the incidents that a silence holds back.
   */
  commit(outcome: RunOutcome, token: string, sinks: readonly Recipient[]): readonly SilencedIncident[]
  /** Deliveries not yet settled, due, postponed or dead, oldest first. Takes nothing. */
  pending(): readonly OutboxEntry[]
  /** How many those are, by sink; a sink without any has no entry. */
  pendingCounts(): ReadonlyMap<string, number>
  /**
   * Takes the oldest due delivery to `sink` for `lease`, so that no other process delivers it meanwhile; undefined when
   * nothing is due. Deliveries of one incident come in their order: a later one waits until the earlier is settled.
   */
  take(sink: string, now: Instant, lease: Duration): OutboxEntry | undefined
  settle(entryId: number, receipt: Receipt, now: Instant): void
  /** Counts the attempt and gives the entry back; nobody takes it before `nextAttempt`. */
  postpone(entryId: number, error: ErrorRecord, nextAttempt: Instant, now: Instant): void
  /** Counts the attempt and gives the delivery up: it is dead until a person revives or drops it. */
  bury(entryId: number, error: ErrorRecord, now: Instant): void
  /** Lets nothing of the sink be due before `until`. */
  hold(sink: string, until: Instant): void
  /**
   * When more is due to the sink than `limits` allow, puts one delivery in the place of the least grave ones; returns how
   * many those were. Nothing else of them is lost: incidents, alerts and files are there.
   */
  summarise(
    sink: string,
    limits: StormLimits,
    now: Instant,
    describe: (entries: readonly Summarised[]) => Storm,
  ): number
  /** Puts a summary of what was held back into the outbox, for each silence that has ended and each sink; returns how many. */
  endSilences(
    now: Instant,
    describe: (silence: Silence, sink: string, held: readonly SilencedDelivery[]) => SilenceSummary,
  ): number
  /** Gives a taken entry back as it was, for a delivery that never began. */
  untake(entryId: number): void
  close(): void
}

/** What the pipeline tells whoever watches; the CLI draws it, tests record it. */
export type RunEvent =
  | {
      readonly kind: 'started'
      readonly key: RunKey
      readonly attempt: number
      readonly ruleName: string
      readonly window: Window
    }
  | { readonly kind: 'rows'; readonly key: RunKey; readonly attempt: number; readonly rowCount: number }
  | { readonly kind: 'delivered'; readonly sink: string; readonly incidentId: string; readonly receipt: Receipt }
  | {
      readonly kind: 'delivery-failed'
      readonly sink: string
      readonly incidentId: string
      readonly error: ErrorRecord
      /** Nobody tries it again, unless a person says so. */
      readonly isGivenUp: boolean
    }
  | { readonly kind: 'finished'; readonly outcome: RunOutcome; readonly files: WrittenFiles | undefined }
  /** A run that had started ends without an outcome: it was aborted, or the ledger failed. It stays due. */
  | { readonly kind: 'gave-up'; readonly key: RunKey; readonly attempt: number }

export type RunObserver = (event: RunEvent) => void
