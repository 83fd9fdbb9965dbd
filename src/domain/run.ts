import type { Entity, EntityProblem } from './entity.ts'
import type { ErrorRecord } from './errors.ts'
import type { ExcludedFinding, ExclusionUse } from './exclusion.ts'
import type { Column, Row } from './kusto.ts'
import type { Rule, Severity, Trigger } from './rule.ts'
import type { RunPurpose } from './schedule.ts'
import type { Sequence } from './sequence.ts'
import type { Duration, Instant, Window } from './time.ts'

/** Identity of the work: a retry keeps it. */
export interface RunKey {
  readonly ruleId: string
  /** Name of the workspace as configured; `local` for a data folder. */
  readonly workspace: string
  readonly slot: Instant
  /** Empty for a window that follows from the rule; else the window that the caller chose, `start/end`. */
  readonly windowOverride: string
}

/** Why a slot that is complete is searched once more: records may have come after it had been searched. */
export interface LateSearch {
  /** When it was searched before. */
  readonly searchedAt: Instant
  /** The rule read otherwise then: what is new may be new for that. */
  readonly isRuleChanged: boolean
}

export type RunStatus = 'claimed' | 'complete' | 'partial' | 'failed' | 'skipped'

export interface RunRequest {
  readonly rule: Rule
  readonly workspace: string
  readonly slot: Instant
  readonly window: Window
  readonly windowOverride: string
  /**
   * How long before a slot its window would end by the schedule; for a window that the caller chose, whose alerts count by the
   * slots that would have raised them. Absent: the rule's own delay, or that of its kind.
   */
  readonly delay?: Duration
  /**
   * False for `--no-incidents`: files are written, but nothing is opened, and the ledger learns no finding, so that a
   * later run opens what this one only showed. Absent means true.
   */
  readonly opensIncidents?: boolean
  /** Absent means `ad-hoc`. */
  readonly purpose?: RunPurpose
  /** Set if and only if the purpose is `reconciliation`. */
  readonly late?: LateSearch
}

export interface RunStatistics {
  /** Wall time of the query, milliseconds. */
  readonly queryDuration: Duration
  /** Of the answer, before exclusions. */
  readonly rowCount: number
  /** Rows that exclusions hid. */
  readonly excludedRowCount: number
  readonly findingCount: number
  readonly newFindingCount: number
  readonly alertCount: number
  readonly incidentCount: number
  /** What the backend says of itself; opaque. */
  readonly backend?: unknown
}

/** One result row that the trigger let through. */
export interface Finding {
  /** SHA-256 over rule, workspace and the row's identity columns (default all): overlapping windows find it once. */
  readonly id: string
  readonly row: Row
  readonly entities: readonly Entity[]
  readonly entityProblems: readonly EntityProblem[]
  /** False when an earlier run already knew this id; such findings open nothing. */
  readonly isNew: boolean
  /** Where an earlier run recorded it; set if and only if `isNew` is false. */
  readonly firstRecorded?: FirstRecord
}

/** The findings of a run. They need not be in memory. */
export interface Findings extends Sequence<Finding> {
  /** Ids of the same, in the order of the ids; absent where going through the findings costs nothing. */
  readonly ids?: Iterable<Pick<Finding, 'id' | 'isNew'>>
}

/** The run that first recorded a finding, and the incident that it went into, if any. */
export interface FirstRecord {
  readonly slot: Instant
  readonly incidentId: string | undefined
}

export interface Alert {
  /** Deterministic GUID from rule, workspace, slot and findings. */
  readonly id: string
  readonly ruleId: string
  readonly workspace: string
  readonly slot: Instant
  /**
   * When the schedule raises it: at its slot. In a window that the caller chose, which stands for many slots, at the first
   * one whose own window has all of its activity.
   */
  readonly raisedAt: Instant
  /** What its run searched. */
  readonly window: Window
  /** JSON file of its run, which has the rows; absent when none was written. */
  readonly resultFile?: string
  /** Set when its findings were missed by the slot's own run. */
  readonly late?: LateSearch
  readonly title: string
  readonly description: string
  readonly severity: Severity
  readonly tactics: readonly string[]
  readonly techniques: readonly string[]
  /** Not all of them where `findingCount` says more: the alert then also has every finding of its run that no other lists. */
  readonly findingIds: readonly string[]
  readonly findingCount?: number
  readonly entities: readonly Entity[]
  readonly customDetails: Readonly<Record<string, readonly string[]>>
  /** What `alertDetailsOverride.alertDynamicProperties` sets beyond the fields above, for example `AlertLink`. */
  readonly properties: Readonly<Record<string, string>>
  /** Earliest and latest time of its rows (`TimeGenerated`, else `StartTime` and `EndTime` …); else the window. */
  readonly firstActivity: Instant
  readonly lastActivity: Instant
}

/** What an alerting rule said when it ran: enough to judge an incident after the file has changed. */
export interface RuleAsRun {
  readonly version?: string
  readonly file: string
  readonly sha256: string
  readonly kind: 'Scheduled' | 'NRT'
  readonly queryFrequency: Duration
  readonly queryPeriod: Duration
  readonly trigger: Trigger
  readonly query: string
}

export interface Incident {
  /** Deterministic GUID from rule, workspace, first slot, group key and first alert. */
  readonly id: string
  readonly ruleId: string
  readonly ruleName: string
  readonly workspace: string
  /** What the alerts of this incident share under the rule's grouping configuration. */
  readonly groupKey: string
  readonly title: string
  readonly description: string
  readonly severity: Severity
  readonly tactics: readonly string[]
  readonly techniques: readonly string[]
  readonly entities: readonly Entity[]
  readonly alerts: readonly Alert[]
  /** From the earliest to the latest activity of its alerts. */
  readonly firstActivity: Instant
  readonly lastActivity: Instant
  /** Wall clock of the run that opened it. */
  readonly openedAt: Instant
  /** The rule of the run that opened it; absent for incidents that were opened before hunt kept it. */
  readonly rule?: RuleAsRun
}

/** An incident without its alerts, as it stands in the ledger. */
export type IncidentHead = Omit<Incident, 'alerts'>

/** Everything that one run made; the input of files, ledger and sinks. */
export interface RunOutcome {
  readonly key: RunKey
  readonly rule: Rule
  readonly window: Window
  /** The engine that answered for the workspace. */
  readonly backend: string
  readonly attempt: number
  readonly status: Exclude<RunStatus, 'claimed'>
  /** As asked for by RunRequest.opensIncidents. */
  readonly opensIncidents: boolean
  /** As asked for by RunRequest.late. */
  readonly late?: LateSearch
  readonly startedAt: Instant
  readonly finishedAt: Instant
  readonly error: ErrorRecord | undefined
  /** What somebody should act on although it did not stop the run: mappings without column, capped alerts, empty tables. */
  readonly warnings: readonly string[]
  /** Facts that ask for nothing: empty cells under a mapping, what a limit left out of an alert and the files have. */
  readonly notes: readonly string[]
  readonly columns: readonly Column[]
  /** Without the excluded ones. */
  readonly findings: Findings
  /** Exclusions that were in force, and what they hid. */
  readonly exclusions: readonly ExclusionUse[]
  readonly excluded: Sequence<ExcludedFinding>
  readonly alerts: readonly Alert[]
  /** Incidents that this run opened. */
  readonly opened: readonly Incident[]
  /** Open incidents that this run added alerts to, as they are now. */
  readonly updated: readonly Incident[]
  readonly statistics: RunStatistics
}

/** Rows that an alert is about. */
export function findingCountOf({ findingIds, findingCount }: Pick<Alert, 'findingIds' | 'findingCount'>): number {
  return findingCount ?? findingIds.length
}
