import { createHash } from 'node:crypto'
import type { Entity } from '../../domain/entity.ts'
import { SEVERITIES } from '../../domain/rule.ts'
import type { Severity } from '../../domain/rule.ts'
import type { PeriodAlert, PeriodRecords, PeriodRun, ReportPeriod, RuleFacts } from '../../domain/report.ts'
import type { Pair } from '../../domain/schedule.ts'
import { labelOf } from '../../detect/entity-label.ts'
import type { EntityName, PairName } from './report.ts'

/** What every part of the model is made from. */
export interface ReportInput {
  readonly period: ReportPeriod
  readonly records: PeriodRecords
  readonly before: PeriodRecords
}

export function pairKey({ ruleId, workspace }: Pair): string {
  return `${ruleId}\0${workspace}`
}

export function gravity(severity: Severity | undefined): number {
  return severity === undefined ? -1 : SEVERITIES.indexOf(severity)
}

export function sum<T>(items: readonly T[], numberOf: (item: T) => number): number {
  return items.reduce((total, item) => total + numberOf(item), 0)
}

/** For a stable order that does not depend on the machine's locale. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function isFailure({ status }: PeriodRun): boolean {
  return status === 'failed' || status === 'partial'
}

/** The name of a rule: as it ran last, else as the schedule has it, else as one of its incidents has it, else its id. */
export function namer({ records, before }: Pick<ReportInput, 'records' | 'before'>): (pair: Pair) => PairName {
  const names = new Map<string, string>()
  for (const { runs, schedules, incidents } of [before, records]) {
    for (const { incident } of incidents) names.set(incident.ruleId, incident.ruleName)
    for (const { ruleId, ruleName } of schedules) if (ruleName !== '') names.set(ruleId, ruleName)
    for (const { ruleId, ruleName } of runs) if (ruleName !== '') names.set(ruleId, ruleName)
  }
  return ({ ruleId, workspace }) => ({ ruleId, workspace, ruleName: names.get(ruleId) ?? ruleId })
}

/** How many rules there are among pairs of rule and workspace: two workspaces make no second rule. */
export function rulesIn(pairs: readonly Pick<Pair, 'ruleId'>[]): number {
  return new Set(pairs.map(({ ruleId }) => ruleId)).size
}

/** What a rule said in the version that ran last in the period. */
export function factsOf({ runs, facts, schedules }: PeriodRecords): (ruleId: string) => RuleFacts | undefined {
  const byVersion = new Map(facts.map((each) => [`${each.ruleId}\0${each.sha256}`, each]))
  const versions = new Map<string, string>()
  for (const { ruleId, ruleSha256 } of schedules) versions.set(ruleId, ruleSha256)
  for (const { ruleId, ruleSha256 } of runs) if (ruleSha256 !== '') versions.set(ruleId, ruleSha256)
  return (ruleId) => byVersion.get(`${ruleId}\0${versions.get(ruleId) ?? ''}`)
}

/** Entities that look alike to a person are one. */
export function namesOf(entities: readonly Entity[]): readonly EntityName[] {
  const names = new Map<string, EntityName>()
  for (const entity of entities) {
    const name = { type: entity.type, label: shownLabel(labelOf(entity)) }
    if (!names.has(entityKey(name))) names.set(entityKey(name), name)
  }
  return [...names.values()]
}

/** UTF-16 units of a label: a page repeats it ten times, and must open at once. */
const LONGEST_LABEL = 400

/** Cut, and still no other's that begins alike. */
function shownLabel(label: string): string {
  if (label.length <= LONGEST_LABEL) return label
  const digest = createHash('sha256').update(label.toLowerCase()).digest('hex').slice(0, 8)
  return `${label.slice(0, LONGEST_LABEL)}… (${label.length} characters, ${digest})`
}

export function entityKey({ type, label }: EntityName): string {
  return `${type}\0${label.toLowerCase()}`
}

/** Was it raised before the period, and recorded only in it? */
export function isLateIn({ start }: ReportPeriod): (each: PeriodAlert) => boolean {
  return ({ alert }) => alert.raisedAt < start
}

/** Where nothing ran in the period before, nothing is new against it. */
export function hasBefore({ runs, alerts }: PeriodRecords): boolean {
  return runs.length + alerts.length > 0
}
