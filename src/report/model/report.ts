import type { Classification } from '../../domain/ports.ts'
import type { ErrorRecord } from '../../domain/errors.ts'
import type { Rule, Severity } from '../../domain/rule.ts'
import type { SilencedDelivery } from '../../domain/silence.ts'
import type { GapReason, Pair } from '../../domain/schedule.ts'
import type { Duration, Instant, Window } from '../../domain/time.ts'

/** What a report says, whatever it is written as. Made by makeReport alone, from the ledger's records. */
export interface Report {
  readonly period: Window
  /** The period of the same length before it, which it is compared with. */
  readonly before: Window
  /** IANA name of the zone in which days begin and times are shown. */
  readonly timeZone: string
  readonly madeAt: Instant
  readonly version: string
  readonly totals: Totals
  readonly totalsBefore: Totals
  /** From the gravest on. */
  readonly severities: readonly SeverityCount[]
  /** Gravest first, then latest activity. */
  readonly incidents: readonly ReportedIncident[]
  readonly alerts: readonly ReportedAlert[]
  /** Most alerts first. */
  readonly rules: readonly ReportedRule[]
  readonly entities: readonly ReportedEntity[]
  readonly timeline: Timeline
  readonly news: News
  readonly coverage: CoverageReport
  readonly health: Health
  readonly late: Late
  /** Most rows first. */
  readonly hidden: readonly HiddenRows[]
  /** Silences that held in the period, the latest first. */
  readonly silences: readonly HeldBack[]
  readonly attack: AttackCoverage
  readonly evidence: readonly Evidence[]
  /** What the ledger could not tell, in sentences. */
  readonly remarks: readonly string[]
}

export interface Totals {
  /** Opened in the period. */
  readonly incidents: number
  readonly alerts: number
  readonly findings: number
  /** With an alert or a finding. */
  readonly rules: number
  readonly entities: number
  readonly runs: number
  /** Failed or partial. */
  readonly failedRuns: number
}

export interface SeverityCount {
  readonly severity: Severity
  readonly incidents: number
  readonly incidentsBefore: number
  readonly alerts: number
  readonly alertsBefore: number
  /** Of rules of this severity. */
  readonly findings: number
  /** Open now, whenever they were opened. */
  readonly open: number
}

export interface ReportedIncident {
  readonly id: string
  /** What happened in the period. */
  readonly change: 'opened' | 'grew' | 'closed'
  readonly severity: Severity
  readonly title: string
  readonly description: string
  readonly ruleId: string
  readonly ruleName: string
  readonly workspace: string
  readonly tactics: readonly string[]
  readonly techniques: readonly string[]
  readonly firstActivity: Instant
  readonly lastActivity: Instant
  readonly openedAt: Instant
  readonly closedAt: Instant | undefined
  readonly classification: Classification | undefined
  /** In the period, and in all. */
  readonly alerts: number
  readonly allAlerts: number
  readonly entities: readonly EntityName[]
  readonly isLate: boolean
}

export interface EntityName {
  readonly type: string
  readonly label: string
}

export interface ReportedAlert {
  readonly id: string
  readonly incidentId: string | undefined
  readonly ruleId: string
  readonly workspace: string
  readonly severity: Severity
  readonly title: string
  readonly raisedAt: Instant
  readonly recordedAt: Instant
  readonly isLate: boolean
  readonly rows: number
  readonly entities: readonly EntityName[]
}

export interface PairName extends Pair {
  readonly ruleName: string
}

export interface ReportedRule extends PairName {
  /** Undefined where the ledger does not know it. */
  readonly kind: Rule['kind'] | undefined
  readonly severity: Severity | undefined
  readonly tactics: readonly string[]
  readonly techniques: readonly string[]
  readonly runs: number
  readonly complete: number
  readonly failed: number
  readonly partial: number
  readonly rows: number
  readonly findings: number
  readonly findingsBefore: number
  readonly alerts: number
  readonly alertsBefore: number
  readonly incidents: number
  readonly slowest: Duration
  /** Without one it is well. */
  readonly conditions: readonly RuleCondition[]
}

export type RuleCondition = 'failing' | 'failed' | 'silent' | 'never ran' | 'noisy' | 'broken file'

export interface ReportedEntity extends EntityName {
  readonly severity: Severity
  readonly alerts: number
  readonly incidents: readonly string[]
  readonly rules: readonly string[]
  /** Not in an alert of the period before. */
  readonly isNew: boolean
  readonly firstActivity: Instant
  readonly lastActivity: Instant
}

export interface Timeline {
  readonly step: Duration
  readonly buckets: readonly Bucket[]
  /** Alerts that were raised before the period, and so have no place in it. */
  readonly lateAlerts: number
}

export interface Bucket {
  readonly start: Instant
  readonly alerts: Readonly<Record<Severity, number>>
  readonly runs: number
  readonly failedRuns: number
}

/** What was not there in the period before. */
export interface News {
  readonly rules: readonly PairName[]
  readonly entities: readonly ReportedEntity[]
  readonly techniques: readonly string[]
  readonly failing: readonly PairName[]
  readonly silent: readonly PairName[]
  /** Rules that ran, and did not before; or ran, and do not any more. */
  readonly began: readonly PairName[]
  readonly ended: readonly PairName[]
}

export interface CoverageReport {
  /** Searched of what was owed, from 0 to 1; undefined when nothing is scheduled. */
  readonly share: number | undefined
  readonly pairs: readonly PairCoverage[]
  /** Rules that ran over windows that somebody chose, which is no coverage. */
  readonly chosenOnly: readonly PairName[]
}

export interface PairCoverage extends PairName {
  readonly searched: Duration
  /** Of the part of the period that was to be searched by now. */
  readonly share: number | undefined
  readonly holes: readonly Hole[]
}

export type HoleReason =
  | GapReason
  /** Owed and due; nobody has searched it yet. */
  | 'owed'
  | 'failing'
  | 'retired'
  /** The rule looks at less than the time between its runs. */
  | 'by design'
  | 'not scheduled yet'
  | 'not due yet'
  | 'unknown'

export interface Hole {
  readonly window: Window
  readonly reason: HoleReason
  readonly error: ErrorRecord | undefined
  readonly isAcknowledged: boolean
  /** False for what nobody need act on. */
  readonly isWorrying: boolean
}

export interface Health {
  readonly failing: readonly FailingRule[]
  readonly silent: readonly SilentRule[]
  readonly noisy: readonly NoisyRule[]
  /** Rules that go on in their last good version. */
  readonly broken: readonly { readonly ruleId: string; readonly file: string; readonly since: Instant }[]
}

export interface FailingRule extends PairName {
  /** Undefined where it has recovered, or has no schedule. */
  readonly since: Instant | undefined
  readonly failedRuns: number
  readonly error: ErrorRecord
  readonly isNew: boolean
}

export interface SilentRule extends PairName {
  readonly kind: 'never ran' | 'no result'
  /** How long it has been watched without a row, or waits for its first run. */
  readonly since: Instant
  readonly completeRuns: number
  /** What its last run says, for example that its table is empty. */
  readonly warnings: readonly string[]
}

export interface NoisyRule extends PairName {
  readonly alerts: number
  readonly alertsBefore: number
  readonly closed: number
  readonly falsePositives: number
  readonly because: string
}

export interface Late {
  readonly alerts: readonly ReportedAlert[]
  readonly runs: readonly LateRuns[]
  /** Findings of searches that were made again for records that arrived late. */
  readonly reconciled: readonly (PairName & { readonly findings: number })[]
  readonly deliveries: readonly LateDelivery[]
}

export interface LateRuns extends PairName {
  readonly count: number
  readonly worst: Duration
}

/** What an exclusion hid of a rule's rows, as it read in its last run of the period. */
export interface HiddenRows extends PairName {
  readonly name: string
  readonly when: string
  readonly owner: string
  readonly reason: string
  readonly expires: Instant | undefined
  /** Summed over runs: windows that overlap hide a row more than once. */
  readonly rows: number
  readonly runs: number
  /** Why it could hide nothing in its last run; undefined when it could. */
  readonly fault: string | undefined
}

/** What a silence kept from the sinks in the period. */
export interface HeldBack {
  readonly id: number
  /** As the command line names it: `host:vm-1 of Rare script in prod`. */
  readonly what: string
  readonly since: Instant
  readonly until: Instant
  /** `hunt` for the suppression of a rule. */
  readonly author: string
  readonly reason: string
  /** When the sinks were told of its end. */
  readonly toldAt: Instant | undefined
  /** Gravest first. */
  readonly incidents: readonly SilencedDelivery[]
}

export interface LateDelivery {
  readonly sink: string
  readonly waiting: number
  readonly dead: number
  readonly oldest: Instant | undefined
  readonly error: ErrorRecord | undefined
}

export interface AttackCoverage {
  readonly tactics: readonly TacticCoverage[]
  /** Techniques outside of the matrix (ICS, retired ones), which rules that ran name. */
  readonly others: readonly CoveredTechnique[]
  /** Rules that ran and name no technique. */
  readonly withoutTechnique: readonly PairName[]
  /** Rules that ran in a version of which the ledger knows nothing. */
  readonly unknown: readonly PairName[]
}

export interface TacticCoverage {
  readonly tactic: string
  /** Techniques of the tactic in ATT&CK. */
  readonly known: number
  readonly techniques: readonly CoveredTechnique[]
}

export interface CoveredTechnique {
  readonly id: string
  /** Names of rules that ran in the period. */
  readonly rules: readonly string[]
  /** Names of rules that are scheduled and did not run. */
  readonly idle: readonly string[]
  readonly alerts: number
}

/** Rows behind an alert, as text; bounded. */
export interface Evidence {
  readonly alertId: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Rows of the alert in all. */
  readonly of: number
  /** Why there are none, or not all. */
  readonly remark: string | undefined
}
