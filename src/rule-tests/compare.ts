import type { Entity } from '../domain/entity.ts'
import type { Row } from '../domain/kusto.ts'
import { findingCountOf } from '../domain/run.ts'
import type { Alert, Finding, Incident, RunOutcome } from '../domain/run.ts'
import { fixtureJson } from './fixture-value.ts'
import { pairUp } from './pair-up.ts'
import { sameValue } from './same-value.ts'
import type { Expectation, ExpectedEntity, ExpectedItems, FixtureRow, FixtureValue } from './test-file.ts'

/** One thing that a test expected and the run did otherwise; the two sides line up, one part a line. */
export interface Difference {
  /** What of the run differs: `findings`, `incidents`, `status` … */
  readonly what: string
  readonly expected: readonly string[]
  readonly actual: readonly string[]
}

/** What of the outcome is not as expected; empty when all is. */
export function compare(expect: Expectation, outcome: RunOutcome): readonly Difference[] {
  const status = expect.status ?? (expect.error === undefined ? 'complete' : 'failed')
  // A query that failed found nothing: that every other expectation fails with it says nothing more.
  if (outcome.status === 'failed' && status !== 'failed') return compareText('status', status, outcome.status)
  return [
    ...compareText('error', expect.error, outcome.error?.code),
    ...compareText('status', status, outcome.status),
    ...compareFindings('findings', expect.findings, outcome.columns, outcome.findings),
    ...compareExcluded(expect.excluded, outcome),
    ...compareEntities(expect.entities, [...outcome.findings]),
    ...compareRecords('alerts', expect.alerts, outcome.alerts, alertRecord),
    ...compareRecords('incidents', expect.incidents, [...outcome.opened, ...outcome.updated], incidentRecord),
    ...compareWarnings(expect.warnings, outcome.warnings),
  ]
}

function compareText(what: string, expected: string | undefined, actual: string | undefined): readonly Difference[] {
  if (expected === undefined || expected === actual) return []
  return [{ what, expected: [expected], actual: [actual ?? 'none'] }]
}

type Columns = RunOutcome['columns']

function compareFindings(
  what: string,
  expected: ExpectedItems | undefined,
  columns: Columns,
  findings: Iterable<Pick<Finding, 'row'>>,
): readonly Difference[] {
  const fits = (row: FixtureRow, finding: Pick<Finding, 'row'>): boolean =>
    Object.entries(row).every(([name, value]) => {
      const index = columns.findIndex((column) => column.name === name)
      const column = columns[index]
      return column !== undefined && sameValue(value, finding.row[index] ?? null, column.type)
    })
  const show = ({ row }: Pick<Finding, 'row'>, wanted: readonly string[]): string => {
    const shown = wanted.length === 0 ? columns.slice(0, 4).map(({ name }) => name) : wanted
    return shown.map((name) => `${name}: ${shownCell(name, row, columns)}`).join(', ')
  }
  return compareItems(what, expected, [...findings], { fits, show })
}

/** As findings, with one column more: a finding that two exclusions hide stands as theirs, `a; b`, as its file has it. */
function compareExcluded(
  expected: ExpectedItems | undefined,
  { columns, excluded }: RunOutcome,
): readonly Difference[] {
  const all: Columns = [...columns, { name: 'ExcludedBy', type: 'string' }]
  const rows = [...excluded].map(({ finding, by }) => ({ row: [...finding.row, by.join('; ')] }))
  return compareFindings('excluded', expected, all, rows)
}

function shownCell(name: string, row: Row, columns: Columns): string {
  const index = columns.findIndex((column) => column.name === name)
  if (index < 0) return '(no such column)'
  const cell = row[index] ?? null
  return cell === null ? 'null' : String(cell)
}

type ItemRecord = Readonly<Record<string, FixtureValue>>

/** Alerts and incidents are compared by their fields as files show them. */
function compareRecords<T>(
  what: string,
  expected: ExpectedItems | undefined,
  actual: readonly T[],
  recordOf: (item: T) => ItemRecord,
): readonly Difference[] {
  const records = actual.map(recordOf)
  const fits = (wanted: FixtureRow, record: ItemRecord): boolean =>
    Object.entries(wanted).every(([key, value]) => key in record && shown(record[key] ?? null) === shown(value))
  const show = (record: ItemRecord, wanted: readonly string[]): string =>
    (wanted.length === 0 ? ['title', 'severity'] : wanted)
      .map((key) => `${key}: ${key in record ? shown(record[key] ?? null) : '(no such field)'}`)
      .join(', ')
  return compareItems(what, expected, records, { fits, show })
}

function alertRecord(alert: Alert): ItemRecord {
  return {
    title: alert.title,
    description: alert.description,
    severity: alert.severity,
    tactics: alert.tactics,
    techniques: alert.techniques,
    customDetails: alert.customDetails,
    findings: BigInt(findingCountOf(alert)),
  }
}

function incidentRecord(incident: Incident): ItemRecord {
  return {
    title: incident.title,
    description: incident.description,
    severity: incident.severity,
    tactics: incident.tactics,
    techniques: incident.techniques,
    alerts: BigInt(incident.alerts.length),
  }
}

interface ItemRules<A> {
  fits(expected: FixtureRow, actual: A): boolean
  /** One line for an actual item: the fields that the test speaks of, or the most telling ones. */
  show(actual: A, wanted: readonly string[]): string
}

function compareItems<A>(
  what: string,
  expected: ExpectedItems | undefined,
  actual: readonly A[],
  { fits, show }: ItemRules<A>,
): readonly Difference[] {
  if (expected === undefined) return []
  if (expected.items === undefined) {
    if (expected.count === actual.length) return []
    const listed = actual.map((item) => show(item, []))
    return [{ what, expected: [`${expected.count} ${what}`], actual: [`${actual.length} ${what}`, ...listed] }]
  }
  const { pairs, surplus } = pairUp(expected.items, actual, fits)
  const rest = [...surplus]
  const wanted = [...new Set(expected.items.flatMap((item) => Object.keys(item)))]
  const lines = pairs
    .filter((pair) => pair.actual === undefined)
    // What is missing stands beside what is left over: most often it is the same item with one wrong field.
    .map(({ expected: item }): readonly [string, string] => {
      const other = rest.shift()
      return [shownRow(item), other === undefined ? '(missing)' : show(other, wanted)]
    })
  const unexpected = rest.map((item): readonly [string, string] => ['(not expected)', show(item, wanted)])
  const all = [...lines, ...unexpected]
  if (all.length === 0) return []
  return [{ what, expected: all.map(([left]) => left), actual: all.map(([, right]) => right) }]
}

function compareEntities(
  expected: readonly ExpectedEntity[] | undefined,
  findings: readonly Finding[],
): readonly Difference[] {
  if (expected === undefined) return []
  const actual = findings.flatMap((finding) => finding.entities)
  const missing = expected.filter((entity) => !actual.some((other) => fitsEntity(entity, other)))
  if (missing.length === 0) return []
  const types = new Set(missing.map(({ type }) => type))
  const candidates = [...new Set(actual.filter(({ type }) => types.has(type)).map(entityLine))]
  return [
    {
      what: 'entities',
      expected: missing.map(entityLine),
      actual: candidates.length === 0 ? [`no ${[...types].join(' or ')} at all`] : candidates,
    },
  ]
}

function fitsEntity(expected: ExpectedEntity, actual: Entity): boolean {
  return (
    expected.type === actual.type &&
    Object.entries(expected.identifiers).every(([name, value]) => actual.identifiers[name] === value)
  )
}

function entityLine({ type, identifiers }: Pick<ExpectedEntity, 'type' | 'identifiers'>): string {
  return `${type} ${Object.entries(identifiers)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')}`
}

function compareWarnings(expected: readonly string[] | undefined, actual: readonly string[]): readonly Difference[] {
  if (expected === undefined) return []
  const { pairs, surplus } = pairUp(expected, actual, (part, warning) => warning.includes(part))
  const missing = pairs.filter((pair) => pair.actual === undefined).map((pair) => pair.expected)
  if (missing.length === 0 && surplus.length === 0) return []
  return [{ what: 'warnings', expected: [...expected], actual: actual.length === 0 ? ['none'] : [...actual] }]
}

function shownRow(row: FixtureRow): string {
  return Object.entries(row)
    .map(([name, value]) => `${name}: ${shown(value)}`)
    .join(', ')
}

function shown(value: FixtureValue): string {
  return typeof value === 'object' && value !== null ? fixtureJson(value) : String(value)
}
