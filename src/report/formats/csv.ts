import type { Cell } from '../../domain/kusto.ts'
import { csvLines } from '../../text/csv.ts'
import { formatInstant } from '../../time/instant.ts'
import type { EntityName, Report } from '../model/report.ts'

/** A column of a CSV file: its name, what it holds for the documentation, and its cell. */
interface CsvColumn<Row> {
  readonly name: string
  cell(row: Row): Cell | undefined
}

interface CsvTable {
  readonly file: string
  readonly text: string
}

/**
 * The tables of a report as CSV. The columns are documented in docs/report.md and never change their meaning; new ones come
 * at the end. Text is guarded against formulas by csvLines.
 */
export function reportCsv(report: Report): readonly CsvTable[] {
  return [
    table('incidents.csv', report.incidents, INCIDENTS),
    table('alerts.csv', report.alerts, ALERTS),
    table('rules.csv', report.rules, RULES),
    table('entities.csv', report.entities, ENTITIES),
    table('coverage.csv', holesOf(report), HOLES),
    table('exclusions.csv', report.hidden, EXCLUSIONS),
    table('silences.csv', heldOf(report), SILENCES),
    table('techniques.csv', techniquesOf(report), TECHNIQUES),
  ]
}

type Item<T> = T extends readonly (infer I)[] ? I : never

function column<Row>(name: string, cell: (row: Row) => Cell | undefined): CsvColumn<Row> {
  return { name, cell }
}

function table<Row>(file: string, rows: readonly Row[], columns: readonly CsvColumn<Row>[]): CsvTable {
  const lines = rows.map((row) => columns.map(({ cell }) => cell(row) ?? null))
  return { file, text: csvLines([columns.map(({ name }) => name), ...lines]) }
}

const list = (texts: readonly string[]): string => texts.join('; ')
const names = (entities: readonly EntityName[]): string => list(entities.map(({ type, label }) => `${type}: ${label}`))

const INCIDENTS: readonly CsvColumn<Item<Report['incidents']>>[] = [
  column('IncidentId', ({ id }) => id),
  column('Change', ({ change }) => change),
  column('Severity', ({ severity }) => severity),
  column('Title', ({ title }) => title),
  column('RuleId', ({ ruleId }) => ruleId),
  column('RuleName', ({ ruleName }) => ruleName),
  column('Workspace', ({ workspace }) => workspace),
  column('Tactics', ({ tactics }) => list(tactics)),
  column('Techniques', ({ techniques }) => list(techniques)),
  column('FirstActivity', ({ firstActivity }) => formatInstant(firstActivity)),
  column('LastActivity', ({ lastActivity }) => formatInstant(lastActivity)),
  column('OpenedAt', ({ openedAt }) => formatInstant(openedAt)),
  column('ClosedAt', ({ closedAt }) => closedAt && formatInstant(closedAt)),
  column('Classification', ({ classification }) => classification),
  column('Alerts', ({ alerts }) => alerts),
  column('AllAlerts', ({ allAlerts }) => allAlerts),
  column('Entities', ({ entities }) => names(entities)),
  column('IsLate', ({ isLate }) => isLate),
]

const ALERTS: readonly CsvColumn<Item<Report['alerts']>>[] = [
  column('AlertId', ({ id }) => id),
  column('IncidentId', ({ incidentId }) => incidentId),
  column('RuleId', ({ ruleId }) => ruleId),
  column('Workspace', ({ workspace }) => workspace),
  column('Severity', ({ severity }) => severity),
  column('Title', ({ title }) => title),
  column('RaisedAt', ({ raisedAt }) => formatInstant(raisedAt)),
  column('RecordedAt', ({ recordedAt }) => formatInstant(recordedAt)),
  column('Rows', ({ rows }) => rows),
  column('Entities', ({ entities }) => names(entities)),
  column('IsLate', ({ isLate }) => isLate),
]

const RULES: readonly CsvColumn<Item<Report['rules']>>[] = [
  column('RuleId', ({ ruleId }) => ruleId),
  column('RuleName', ({ ruleName }) => ruleName),
  column('Workspace', ({ workspace }) => workspace),
  column('Kind', ({ kind }) => kind),
  column('Severity', ({ severity }) => severity),
  column('Tactics', ({ tactics }) => list(tactics)),
  column('Techniques', ({ techniques }) => list(techniques)),
  column('Runs', ({ runs }) => runs),
  column('Complete', ({ complete }) => complete),
  column('Partial', ({ partial }) => partial),
  column('Failed', ({ failed }) => failed),
  column('Rows', ({ rows }) => rows),
  column('NewFindings', ({ findings }) => findings),
  column('NewFindingsBefore', ({ findingsBefore }) => findingsBefore),
  column('Alerts', ({ alerts }) => alerts),
  column('AlertsBefore', ({ alertsBefore }) => alertsBefore),
  column('Incidents', ({ incidents }) => incidents),
  column('SlowestQueryMilliseconds', ({ slowest }) => slowest),
  column('Conditions', ({ conditions }) => list(conditions)),
]

const ENTITIES: readonly CsvColumn<Item<Report['entities']>>[] = [
  column('Type', ({ type }) => type),
  column('Entity', ({ label }) => label),
  column('Severity', ({ severity }) => severity),
  column('Alerts', ({ alerts }) => alerts),
  column('Incidents', ({ incidents }) => incidents.length),
  column('Rules', ({ rules }) => rules.length),
  column('IsNew', ({ isNew }) => isNew),
  column('FirstActivity', ({ firstActivity }) => formatInstant(firstActivity)),
  column('LastActivity', ({ lastActivity }) => formatInstant(lastActivity)),
  column('IncidentIds', ({ incidents }) => list(incidents)),
]

function holesOf({ coverage }: Report) {
  return coverage.pairs.flatMap(({ holes, ...pair }) => holes.map((hole) => ({ pair, hole })))
}

const HOLES: readonly CsvColumn<Item<ReturnType<typeof holesOf>>>[] = [
  column('RuleId', ({ pair }) => pair.ruleId),
  column('RuleName', ({ pair }) => pair.ruleName),
  column('Workspace', ({ pair }) => pair.workspace),
  column('NotSearchedFrom', ({ hole }) => formatInstant(hole.window.start)),
  column('NotSearchedTo', ({ hole }) => formatInstant(hole.window.end)),
  column('Reason', ({ hole }) => hole.reason),
  column('IsWorrying', ({ hole }) => hole.isWorrying),
  column('IsAcknowledged', ({ hole }) => hole.isAcknowledged),
  column('ErrorCode', ({ hole }) => hole.error?.code),
  column('Error', ({ hole }) => hole.error?.message),
]

const EXCLUSIONS: readonly CsvColumn<Item<Report['hidden']>>[] = [
  column('RuleId', ({ ruleId }) => ruleId),
  column('RuleName', ({ ruleName }) => ruleName),
  column('Workspace', ({ workspace }) => workspace),
  column('Exclusion', ({ name }) => name),
  column('Rows', ({ rows }) => rows),
  column('Runs', ({ runs }) => runs),
  column('Owner', ({ owner }) => owner),
  column('Reason', ({ reason }) => reason),
  column('Condition', ({ when }) => when),
  column('Expires', ({ expires }) => expires && formatInstant(expires)),
  column('Fault', ({ fault }) => fault),
]

/** A line for each incident that was held back, and one for a silence that held nothing. */
function heldOf({ silences }: Report) {
  return silences.flatMap((silence) =>
    (silence.incidents.length === 0 ? [undefined] : silence.incidents).map((incident) => ({ silence, incident })),
  )
}

const SILENCES: readonly CsvColumn<Item<ReturnType<typeof heldOf>>>[] = [
  column('SilenceId', ({ silence }) => silence.id),
  column('Silent', ({ silence }) => silence.what),
  column('Since', ({ silence }) => formatInstant(silence.since)),
  column('Until', ({ silence }) => formatInstant(silence.until)),
  column('Author', ({ silence }) => silence.author),
  column('Reason', ({ silence }) => silence.reason),
  column('ToldAt', ({ silence: { toldAt } }) => toldAt && formatInstant(toldAt)),
  column('IncidentId', ({ incident }) => incident?.incidentId),
  column('Severity', ({ incident }) => incident?.severity),
  column('Title', ({ incident }) => incident?.title),
  column('RuleId', ({ incident }) => incident?.ruleId),
  column('RuleName', ({ incident }) => incident?.ruleName),
  column('Workspace', ({ incident }) => incident?.workspace),
]

function techniquesOf({ attack }: Report) {
  const ofTactics = attack.tactics.flatMap(({ tactic, techniques }) =>
    techniques.map((technique) => ({ tactic, technique })),
  )
  return [...ofTactics, ...attack.others.map((technique) => ({ tactic: '', technique }))]
}

const TECHNIQUES: readonly CsvColumn<Item<ReturnType<typeof techniquesOf>>>[] = [
  column('Tactic', ({ tactic }) => tactic),
  column('Technique', ({ technique }) => technique.id),
  column('RulesThatRan', ({ technique }) => technique.rules.length),
  column('RulesThatDidNotRun', ({ technique }) => technique.idle.length),
  column('Alerts', ({ technique }) => technique.alerts),
  column('RuleNames', ({ technique }) => list(technique.rules)),
]
