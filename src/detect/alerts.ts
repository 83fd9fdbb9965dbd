import type { Column } from '../domain/kusto.ts'
import { SEVERITIES } from '../domain/rule.ts'
import type { NrtRule, ScheduledRule, Severity } from '../domain/rule.ts'
import type { Alert, Finding, LateSearch, RunKey } from '../domain/run.ts'
import type { Sequence } from '../domain/sequence.ts'
import type { Duration, Instant, Window } from '../domain/time.ts'
import { milliseconds } from '../time/duration.ts'
import { formatInstant, lengthOf, minus, plus } from '../time/instant.ts'
import { timetableOf } from '../time/rule-times.ts'
import { defaultDelay } from '../time/default-times.ts'
import { activityCollector } from './activity.ts'
import { entityCollector } from './alert-entities.ts'
import { idCollector } from './alert-findings.ts'
import { detailsCollector } from './details.ts'
import { guidOf } from './guid.ts'
import { createRemarks } from './remarks.ts'
import type { Remarks } from './remarks.ts'
import { overridesOf } from './overrides.ts'
import type { Override } from './overrides.ts'

/**
 * Alerts that the run of one slot may make, the last of them over the entire set (shared/reference/azure-contract.md B4,
 * B9). A window that the caller chose stands for the slots that it covers, and may make as many alerts as they.
 */
const MAX_ALERTS = { Scheduled: 150, NRT: 30 } as const

/** What the alerts of one run have in common. */
export interface AlertSource {
  readonly rule: ScheduledRule | NrtRule
  readonly key: RunKey
  readonly window: Window
  readonly columns: readonly Column[]
  readonly late?: LateSearch | undefined
  /** RunRequest.delay */
  readonly delay?: Duration | undefined
}

export interface Alerts {
  readonly alerts: readonly Alert[]
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
}

/**
 * The alerts of a run whose trigger fired, over its new findings: one for all of them, or one each
 * (`eventGroupingSettings`). A result without rows, which `lt`, `eq` and `ne` can ask for, makes one alert without
 * findings; a result whose findings are all known makes none.
 */
export function alertsOf(source: AlertSource, newFindings: Sequence<Finding>, rowCount: number): Alerts {
  const remarks = createRemarks()
  const { groups, overflow } = groupFindings(source, newFindings, rowCount, remarks)
  const rows = groups.map((findings) => firstOf(findings)?.row)
  const overrides = overridesOf(source.rule.alertDetailsOverride, source.columns, rows, remarks)
  const alerts = groups.map((findings, index) => makeAlert(source, findings, overrides[index] ?? new Map(), remarks))
  if (overflow !== undefined) alerts.push(overflowAlert(source, overflow, remarks))
  return { alerts, warnings: remarks.warnings(), notes: remarks.notes() }
}

interface Groups {
  /** The findings of each alert. */
  readonly groups: readonly Sequence<Finding>[]
  /** Set when there are more findings than alerts: the last alert stands for all of them. */
  readonly overflow?: Overflow
}

interface Overflow {
  readonly findings: Sequence<Finding>
  readonly withoutOwnAlert: number
}

/** More results than alerts: all but the last alert have one finding each, the last describes all of them. */
function groupFindings(source: AlertSource, findings: Sequence<Finding>, rowCount: number, remarks: Remarks): Groups {
  const { rule } = source
  if (findings.length === 0) return { groups: rowCount === 0 ? [[]] : [] }
  if (rule.eventGrouping === 'SingleAlert') return { groups: [findings] }
  const limit = MAX_ALERTS[rule.kind] * slotsCovered(source)
  if (findings.length <= limit) return { groups: Array.from(findings, (finding) => [finding]) }
  const withoutOwnAlert = findings.length - limit + 1
  remarks.warn(
    `${findings.length} new findings exceed ${limit} alerts a run: the first ${limit - 1} have an alert each, ` +
      `alert ${limit} stands for all of them; ${withoutOwnAlert} findings have no alert of their own`,
  )
  return { groups: singles(findings, limit - 1), overflow: { findings, withoutOwnAlert } }
}

function singles(findings: Iterable<Finding>, count: number): readonly (readonly Finding[])[] {
  const groups: (readonly Finding[])[] = []
  for (const finding of findings) if (groups.push([finding]) === count) break
  return groups
}

function firstOf(findings: Iterable<Finding>): Finding | undefined {
  for (const finding of findings) return finding
  return undefined
}

function slotsCovered({ rule, key, window }: AlertSource): number {
  if (key.windowOverride === '') return 1
  const { start, end } = window
  const isOnGrid = rule.scheduling.cron === undefined
  return Math.max(1, isOnGrid ? Math.ceil(lengthOf(window) / rule.queryFrequency) : timetableOf(rule).count(start, end))
}

/**
 * The alert that stands for all findings says so: with title and details of one row it would pass for that row's alert, and
 * the findings behind it would never be looked for.
 */
function overflowAlert(source: AlertSource, { findings, withoutOwnAlert }: Overflow, remarks: Remarks): Alert {
  const { rule } = source
  const lead =
    `Stands for all ${findings.length} new findings of the run; ${withoutOwnAlert} of them have no alert of their own. ` +
    'The result file has every row.'
  const override: Override = new Map([
    ['AlertName', `${rule.name}: all ${findings.length} findings of one run`],
    ['Description', rule.description === '' ? lead : `${lead}\n\n${rule.description}`],
  ])
  return makeAlert(source, findings, override, remarks)
}

/** See Alert.raisedAt. */
function raisedAt({ rule, key, window, delay }: AlertSource, lastActivity: Instant): Instant {
  if (key.windowOverride === '') return key.slot
  // Rows may tell of times that nobody searched ("never" is the year 9999): no slot of the window would have raised it then.
  const within = Math.min(Math.max(lastActivity, window.start), window.end) as Instant
  const searchedAfter = plus(within, delay ?? rule.scheduling.delay ?? defaultDelay(rule))
  return timetableOf(rule).next(minus(searchedAfter, milliseconds(1)))
}

function makeAlert(source: AlertSource, findings: Sequence<Finding>, override: Override, remarks: Remarks): Alert {
  const { rule, key, window } = source
  const { activity, entities, details, ids } = collect(source, findings, remarks)
  const text = (name: string, otherwise: string): string => String(override.get(name) ?? otherwise)
  const list = (name: string): readonly string[] | undefined => {
    const value = override.get(name)
    return typeof value === 'string' ? [value] : value
  }
  const techniques = [...(list('Techniques') ?? []), ...(list('SubTechniques') ?? [])]
  return {
    id: guidOf('alert', [key.ruleId, key.workspace, key.slot, key.windowOverride, ids.identity]),
    ruleId: rule.id,
    workspace: key.workspace,
    slot: key.slot,
    raisedAt: raisedAt(source, activity.last),
    window,
    ...(source.late === undefined ? {} : { late: source.late }),
    title: text('AlertName', rule.name),
    description: withLateness(text('Description', rule.description), source.late),
    severity: severityOf(override, rule.severity),
    tactics: list('Tactics') ?? rule.tactics,
    techniques: techniques.length > 0 ? techniques : rule.techniques,
    findingIds: ids.findingIds,
    ...(ids.findingCount === undefined ? {} : { findingCount: ids.findingCount }),
    entities,
    customDetails: details,
    properties: Object.fromEntries(
      [...override].filter(([name]) => !FIELDS.has(name)).map(([name, value]) => [name, String(value)]),
    ),
    firstActivity: activity.first,
    lastActivity: activity.last,
  }
}

/** In the description, which every sink shows; a title of its own would keep the alert out of the incident that it belongs to. */
function withLateness(description: string, late: LateSearch | undefined): string {
  if (late === undefined) return description
  const otherwise = late.isRuleChanged ? ', or the rule has been changed since' : ''
  const lead = `Late: not found when the slot was searched at ${formatInstant(late.searchedAt)}, because records arrived after that${otherwise}.`
  return description === '' ? lead : `${lead}\n\n${description}`
}

/** What an alert says of its rows, of which there may be more than memory holds. */
function collect({ rule, columns, window }: AlertSource, findings: Sequence<Finding>, remarks: Remarks) {
  const activity = activityCollector(columns, window)
  const entities = entityCollector(rule, remarks)
  const details = detailsCollector(rule.customDetails, columns, remarks)
  const ids = idCollector(findings.length)
  for (const finding of findings) {
    activity.add(finding.row)
    entities.add(finding.entities)
    details.add(finding.row)
    ids.add(finding.id)
  }
  return { activity: activity.activity(), entities: entities.entities(), details: details.details(), ids: ids.ids() }
}

/** Properties that are fields of Alert; all others travel in `properties`. */
const FIELDS: ReadonlySet<string> = new Set([
  'AlertName',
  'Description',
  'AlertSeverity',
  'Tactics',
  'Techniques',
  'SubTechniques',
])

function severityOf(override: Override, otherwise: Severity): Severity {
  return SEVERITIES.find((severity) => severity === override.get('AlertSeverity')) ?? otherwise
}
