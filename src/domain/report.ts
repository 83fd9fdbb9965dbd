import type { Classification, OutboxRecord } from './ports.ts'
import type { ErrorRecord } from './errors.ts'
import type { ExclusionUse } from './exclusion.ts'
import type { Rule, Severity } from './rule.ts'
import type { Alert, IncidentHead, RunStatus } from './run.ts'
import type { Covered, Gap, Pair, RunPurpose, RuleVersion, ScheduleState } from './schedule.ts'
import type { Silence, SilencedDelivery } from './silence.ts'
import type { Duration, Instant, Window } from './time.ts'

/** One attempt as a report counts it. */
export interface PeriodRun extends Pair {
  readonly id: number
  /** Empty where the run ended without a word. */
  readonly ruleName: string
  readonly ruleSha256: string
  readonly slot: Instant
  /** True for a window that the caller chose. */
  readonly isChosen: boolean
  /** Undefined where the run ended without a word. */
  readonly window: Window | undefined
  readonly purpose: RunPurpose
  readonly status: RunStatus
  readonly startedAt: Instant
  readonly finishedAt: Instant | undefined
  readonly rowCount: number
  readonly newFindingCount: number
  readonly queryDuration: Duration
  readonly error: ErrorRecord | undefined
  readonly warnings: readonly string[]
}

export interface PeriodAlert {
  readonly alert: Alert
  /** Absent where the rule opens no incidents. */
  readonly incidentId: string | undefined
  /** When the run that made it was recorded. */
  readonly recordedAt: Instant
}

export interface PeriodIncident {
  /** Without its alerts. */
  readonly incident: IncidentHead
  readonly alertCount: number
  /** The alert that opened it. */
  readonly firstAlertId: string
  readonly closedAt: Instant | undefined
  /** As it was closed last; undefined while it is open. */
  readonly classification: Classification | undefined
}

/** What a version of a rule says of itself. */
export interface RuleFacts {
  readonly ruleId: string
  readonly sha256: string
  readonly kind: Rule['kind']
  readonly severity: Severity | undefined
  readonly tactics: readonly string[]
  readonly techniques: readonly string[]
  /** Undefined for what has no schedule, or the times of a cron expression. */
  readonly queryFrequency: Duration | undefined
  readonly queryPeriod: Duration | undefined
}

/** How long a pair has been quiet. */
export interface PairHistory extends Pair {
  readonly completeRuns: number
  /** Slots of its first and last complete runs, and of the last one that had a row. */
  readonly first: Instant
  readonly last: Instant
  readonly lastWithRows: Instant | undefined
}

/** How incidents of a pair were judged by those who closed them. */
export interface PairVerdicts extends Pair {
  readonly closed: number
  readonly falsePositives: number
}

/** What an exclusion did in a run of the period; of a slot that was searched again, in the last one. */
export interface PeriodExclusion extends Pair, ExclusionUse {
  readonly runId: number
}

/** A silence that held in the period, and what it held back in it. */
export interface PeriodSilence extends Silence {
  /** When the sinks were told of its end. */
  readonly toldAt: Instant | undefined
  /** Of which nobody was told, or not of all. In the order in which they were held back. */
  readonly incidents: readonly SilencedDelivery[]
}

/** Everything that the ledger knows about a period, read in one state of the file. */
export interface PeriodRecords {
  readonly runs: readonly PeriodRun[]
  readonly alerts: readonly PeriodAlert[]
  /** Those of the alerts, and those that were closed in the period. */
  readonly incidents: readonly PeriodIncident[]
  readonly openIncidents: Readonly<Record<Severity, number>>
  /** What was searched of the period, in islands that may reach beyond it. */
  readonly covered: readonly Covered[]
  readonly gaps: readonly Gap[]
  readonly schedules: readonly ScheduleState[]
  readonly facts: readonly RuleFacts[]
  readonly exclusions: readonly PeriodExclusion[]
  readonly silences: readonly PeriodSilence[]
  readonly histories: readonly PairHistory[]
  readonly verdicts: readonly PairVerdicts[]
  readonly oldVersions: readonly Pick<RuleVersion, 'ruleId' | 'file' | 'brokenSince'>[]
  readonly deliveries: readonly OutboxRecord[]
}

/**
 * What belongs to a period: what the schedule owed in it (a slot, the time at which an alert is raised, an overlap with a
 * window that somebody chose), and what was recorded in it although it was owed more than `grace` before its start. A
 * report that is made `grace` after its period has therefore either shown an alert, or the next one shows it as late.
 */
export interface ReportPeriod extends Window {
  readonly grace: Duration
}

/** The part of the ledger that reports are made from. */
export interface ReportLedger {
  /** @param since how far back it is asked when a rule last had a row, and how incidents were closed */
  readPeriod(period: ReportPeriod, since: Instant): PeriodRecords
  /** Days that have been reported, as `2026-03-02`, latest first. */
  reportedDays(): readonly string[]
  /** When the first run began; undefined in a ledger without any. */
  firstRun(): Instant | undefined
  /** Takes the report of a day for `lease`; false when it is made, or another process makes it. */
  claimReport(day: string, now: Instant, lease: Duration): boolean
  /** Records that the report of a day is made. */
  finishReport(day: string, location: string, now: Instant): void
  /** Gives the claim back: the report stays due. */
  releaseReport(day: string): void
}
