import { join } from 'node:path'
import type { Duration, Instant } from '../../../src/domain/time.ts'
import { hours, minutes } from '../../../src/time/duration.ts'
import { formatInstant, minus, plus } from '../../../src/time/instant.ts'
import { writeFiles } from '../../support/hunt.ts'

/** A working directory in which what must be found can be counted: every log row is found by each rule, once. */
export interface World {
  readonly folder: string
  /** Those that must be searched; a daemon's grow with the clock. */
  slots: readonly Instant[]
  readonly rules: readonly WorldRule[]
}

export interface WorldRule {
  readonly id: string
  readonly period: Duration
  /** Rows whose incidents name them; a grouping rule has one incident for many. */
  readonly isGrouping: boolean
}

export const SINKS = ['first', 'second'] as const
const ROW_EVERY = minutes(6)
const DELAY = minutes(5)

const RULES: readonly WorldRule[] = [
  { id: '00000000-aaaa-4000-8000-000000000001', period: hours(1), isGrouping: false },
  { id: '00000000-aaaa-4000-8000-000000000002', period: hours(3), isGrouping: false },
  { id: '00000000-aaaa-4000-8000-000000000003', period: hours(1), isGrouping: true },
]

/** The log rows of all worlds with these slots, as a folder that `hunt emulate` serves. */
export function writeLogs(folder: string, slots: readonly Instant[]): void {
  const from = firstRow(slots)
  const rows = Array.from({ length: (slots.length + 6) * 10 }, (_, n) => timeOfRow(from, n))
  const lines = rows.map((time, n) => `${JSON.stringify({ TimeGenerated: time, Row: `r${n}` })}\n`)
  writeFiles(folder, { 'Events_CL.ndjson': lines.join('') })
}

/** Hourly slots, the first one at `first`. */
export function hourlySlots(first: Instant, count: number): readonly Instant[] {
  return Array.from({ length: count }, (_, n) => plus(first, hours(n)))
}

function firstRow([first]: readonly Instant[]): Instant {
  if (first === undefined) throw new Error('a world has slots')
  return minus(first, hours(5))
}

/** A working directory whose rules search the workspace that answers at `endpoint`. */
export function makeWorld(folder: string, slots: readonly Instant[], endpoint: string): World {
  const world: World = { folder, slots, rules: RULES }
  const sinks = SINKS.map((name) => `  - type: file\n    name: ${name}\n    folder: ${name}\n`)
  const workspace = '  - name: prod\n    id: 00000000-0000-0000-0000-000000000001\n'
  writeFiles(folder, {
    'schemas/own.tsv': 'Events_CL\tRow\n',
    'hunt.yaml': `backend: azure\nendpoint: ${endpoint}\nschemas: ./schemas\nworkspaces:\n${workspace}sinks:\n${sinks.join('')}`,
    ...Object.fromEntries(RULES.map((rule, n) => [`queries/rule-${n}.yaml`, ruleFile(rule, n)])),
  })
  return world
}

function timeOfRow(from: Instant, number: number): string {
  return formatInstant(plus(from, (number * ROW_EVERY) as Duration))
}

/** The rows that a rule must have found once all slots are complete. */
export function expectedRows({ slots }: World, { period }: WorldRule): readonly string[] {
  const from = firstRow(slots)
  const start = minus(minus(slots[0] ?? from, DELAY), period)
  const end = minus(slots.at(-1) ?? from, DELAY)
  const rows: string[] = []
  for (let number = 0; plus(from, (number * ROW_EVERY) as Duration) < end; number++) {
    if (plus(from, (number * ROW_EVERY) as Duration) >= start) rows.push(`r${number}`)
  }
  return rows
}

export function ledgerOf({ folder }: World): string {
  return join(folder, 'output', 'hunt.db')
}

function ruleFile({ id, period, isGrouping }: WorldRule, number: number): string {
  const grouping = `incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    enabled: true
    reopenClosedIncident: false
    lookbackDuration: 5h
    matchingMethod: AnyAlert
`
  return `id: ${id}
name: Rule ${number}
description: |
  Made to be killed.
severity: High
requiredDataConnectors: []
kind: Scheduled
version: 1.0.0
queryFrequency: 1h
queryPeriod: ${period / hours(1)}h
triggerOperator: gt
triggerThreshold: 0
tactics: [Execution]
relevantTechniques: [T1059]
query: |
  Events_CL
  | project TimeGenerated, Row
eventGroupingSettings:
  aggregationKind: ${isGrouping ? 'SingleAlert' : 'AlertPerResult'}
${isGrouping ? grouping : 'alertDetailsOverride:\n  alertDisplayNameFormat: "row {{Row}}"\n'}`
}
