import { groupBy } from '../domain/sequence.ts'
import { guidOf } from '../detect/index.ts'
import { HEALTH_RULE_ID } from '../domain/health.ts'
import type { Severity } from '../domain/rule.ts'
import type { Alert, Incident } from '../domain/run.ts'
import type { FailingPair, Gap, GapReason, HealthLedger, RuleName, RuleVersion } from '../domain/schedule.ts'
import type { RuleVersionLedger, ScheduleLedger } from '../domain/schedule.ts'
import type { Instant } from '../domain/time.ts'
import type { RunPorts } from '../run/index.ts'
import { days, hours } from '../time/duration.ts'
import { floorTo, formatInstant, minus } from '../time/instant.ts'
import { failureClassOf } from './failure-class.ts'
import { countOf } from '../text/count.ts'

/** Something that is wrong with the hunt itself, for as long as it lasts. */
export interface Ailment {
  /** The same for as long as it is the same ailment; incidents carry it as their group key. */
  readonly key: string
  readonly since: Instant
  /** Empty for what concerns several. */
  readonly workspace: string
  readonly severity: Severity
  readonly title: string
  readonly description: string
  readonly about: RuleName
}

export interface HealthFacts {
  readonly failing: readonly FailingPair[]
  /** Those that nobody has acknowledged. */
  readonly gaps: readonly Gap[]
  readonly versions: readonly RuleVersion[]
  readonly now: Instant
}

/** A file that somebody edits is broken for a while. */
const BROKEN_FOR = hours(1)

/** Slots that were given up on purpose need no alarm. */
const ON_PURPOSE: readonly GapReason[] = ['paused', 'disabled']

/** Names that a description lists. */
const MOST_NAMES = 20

/**
 * One ailment for a rule that fails in a workspace, however many slots it fails; one for a workspace that fails as such,
 * however many rules do; one for all that was given up on a day; one for a broken rule file. Pure.
 */
export function ailmentsOf({ failing, gaps, versions, now }: HealthFacts): readonly Ailment[] {
  const isOfWorkspace = (pair: FailingPair): boolean => failureClassOf(pair.failing.error).concerns === 'workspace'
  const ofWorkspaces = groupBy(failing.filter(isOfWorkspace), ({ workspace }) => workspace)
  const ofRules = failing.filter((pair) => !isOfWorkspace(pair))
  const alarming = gaps.filter((gap) => !ON_PURPOSE.includes(gap.reason) && gap.searchedSince < gap.slotCount)
  const ofDays = groupBy(alarming, (gap) => formatInstant(floorTo(gap.recordedAt, days(1))).slice(0, 10))
  const broken = versions.filter(
    ({ brokenSince }) => brokenSince !== undefined && brokenSince <= minus(now, BROKEN_FOR),
  )
  return [
    ...ofRules.map(ruleAilment),
    ...[...ofWorkspaces].map(([workspace, pairs]) => workspaceAilment(workspace, pairs)),
    ...[...ofDays].map(([day, given]) => gapAilment(day, given)),
    ...broken.map(fileAilment),
  ]
}

const HUNT: RuleName = { id: HEALTH_RULE_ID, name: 'hunt health', tags: [] }

function ruleAilment({ ruleId, ruleName, workspace, failing }: FailingPair): Ailment {
  const { since, failures, error } = failing
  return {
    key: `rule/${ruleId}/${workspace}`,
    since,
    workspace,
    severity: 'Medium',
    title: `hunt: ${ruleName} fails in ${workspace}`,
    description: [
      `The rule has not searched its logs since ${formatInstant(since)}: ${countOf(failures, 'attempt')}${failures === 1 ? '' : ' in a row'} failed, the last with ${error.code}.`,
      error.message,
      ...(error.hint === undefined ? [] : [error.hint]),
      'Its slots stay due. hunt status shows how it does, hunt history every attempt.',
    ].join('\n\n'),
    about: { id: ruleId, name: ruleName, tags: [] },
  }
}

function workspaceAilment(workspace: string, pairs: readonly FailingPair[]): Ailment {
  const since = earliest(pairs.map(({ failing }) => failing.since))
  const error = pairs[0]?.failing.error
  return {
    key: `workspace/${workspace}`,
    since,
    workspace,
    severity: 'High',
    title: `hunt: nothing can be searched in ${workspace}`,
    description: [
      `${countOf(pairs.length, 'rule fails', 'rules fail')} in ${workspace} since ${formatInstant(since)}, the last with ${error?.code ?? ''}.`,
      error?.message ?? '',
      ...(error?.hint === undefined ? [] : [error.hint]),
      'Their slots stay due. hunt doctor shows what does not work.',
    ].join('\n\n'),
    about: HUNT,
  }
}

function gapAilment(day: string, gaps: readonly Gap[]): Ailment {
  const slots = gaps.reduce((sum, { slotCount, searchedSince }) => sum + slotCount - searchedSince, 0)
  const names = [...new Set(gaps.map(({ ruleName, ruleId }) => ruleName || ruleId))]
  const workspaces = [...new Set(gaps.map(({ workspace }) => workspace))]
  return {
    key: `gaps/${day}`,
    since: earliest(gaps.map(({ recordedAt }) => recordedAt)),
    workspace: workspaces.length === 1 ? (workspaces[0] ?? '') : '',
    severity: 'High',
    title: `hunt: ${countOf(slots, 'slot was', 'slots were')} never searched`,
    description: [
      `On ${day} ${countOf(slots, 'slot')} of ${countOf(names.length, 'rule')} in ${workspaces.join(', ')} ${slots === 1 ? 'was' : 'were'} given up: ${listed(names)}.`,
      'hunt gaps shows which and why, hunt backfill searches them, hunt gaps --ack says that they have been seen.',
    ].join('\n\n'),
    about: HUNT,
  }
}

function fileAilment({ ruleId, file, sha256, brokenSince }: RuleVersion): Ailment {
  const since = earliest(brokenSince === undefined ? [] : [brokenSince])
  return {
    key: `file/${ruleId}`,
    since,
    workspace: '',
    severity: 'Medium',
    title: `hunt: ${file} is broken`,
    description: `The file has errors since ${formatInstant(since)}, and its last good version (${sha256.slice(0, 8)}) goes on until they are mended. hunt validate explains each.`,
    about: { id: ruleId, name: file, tags: [] },
  }
}

function listed(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES
  return `${names.slice(0, MOST_NAMES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function earliest(instants: readonly Instant[]): Instant {
  return Math.min(...instants) as Instant
}

type Ports = Pick<RunPorts, 'clock' | 'sinks'> & {
  readonly ledger: HealthLedger & Pick<ScheduleLedger, 'gaps'> & Pick<RuleVersionLedger, 'ruleVersions'>
}

/**
 * Opens an incident for each ailment that has none, and closes those whose ailment is over. The ids follow from ailment and
 * time, so that two processes, or one after a crash, open none twice; one that a person closed is not opened again while
 * the ailment lasts. What sinks do is no ailment: nothing here can cause another incident.
 *
 * @param leastFailures failures in a row from which a rule counts as unhealthy
 */
export function tellHealth({ ledger, clock, sinks }: Ports, leastFailures: number): void {
  const now = clock.now()
  const facts = {
    failing: ledger.failingPairs(leastFailures),
    gaps: ledger.gaps({ acknowledged: false }),
    versions: ledger.ruleVersions(),
    now,
  }
  const ailments = ailmentsOf(facts)
  const open = new Map(ledger.openHealthIncidents().map((incident) => [incident.groupKey, incident]))
  for (const ailment of ailments) {
    if (!open.has(ailment.key)) ledger.openHealthIncident(openedFor(ailment, now), ailment.about, sinks, now)
  }
  const lasting = new Set(ailments.map(({ key }) => key))
  for (const incident of open.values()) {
    if (!lasting.has(incident.groupKey))
      ledger.closeHealthIncident(closedFor(incident, now), aboutOf(incident), sinks, now)
  }
}

function openedFor(ailment: Ailment, now: Instant): Incident {
  const { key, since, workspace, severity, title, description, about } = ailment
  const id = guidOf('incident', [HEALTH_RULE_ID, key, since])
  const alert = alertOf({ id: guidOf('alert', [id, 'unhealthy']), workspace, severity, title, description, since }, now)
  return {
    id,
    ruleId: HEALTH_RULE_ID,
    ruleName: about.name,
    workspace,
    groupKey: key,
    title,
    description,
    severity,
    tactics: [],
    techniques: [],
    entities: [],
    alerts: [alert],
    firstActivity: since,
    lastActivity: now,
    openedAt: now,
  }
}

function closedFor(incident: Incident, now: Instant): Incident {
  const { id, workspace, firstActivity: since } = incident
  const title = incident.groupKey.startsWith('gaps/')
    ? 'Searched or acknowledged since'
    : 'Works again, or is not scheduled any more'
  const description = `${title}, seen at ${formatInstant(now)}: ${incident.title}`
  const facts = {
    id: guidOf('alert', [id, 'healthy']),
    workspace,
    severity: 'Informational',
    title,
    description,
    since,
  } as const
  return { ...incident, lastActivity: now, alerts: [...incident.alerts, alertOf(facts, now)] }
}

type AlertFacts = Pick<Alert, 'id' | 'workspace' | 'severity' | 'title' | 'description'> & { readonly since: Instant }

function alertOf({ since, ...facts }: AlertFacts, now: Instant): Alert {
  return {
    ...facts,
    ruleId: HEALTH_RULE_ID,
    slot: now,
    raisedAt: now,
    window: { start: since, end: now },
    tactics: [],
    techniques: [],
    findingIds: [],
    entities: [],
    customDetails: {},
    properties: {},
    firstActivity: since,
    lastActivity: now,
  }
}

/** As it was when the incident was opened, so that the same sinks hear of its end. */
function aboutOf({ groupKey, ruleName }: Incident): RuleName {
  const [kind, ruleId] = groupKey.split('/')
  return kind === 'rule' || kind === 'file' ? { id: ruleId ?? '', name: ruleName, tags: [] } : HUNT
}
