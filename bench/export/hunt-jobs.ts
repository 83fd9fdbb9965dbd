import { createReadStream } from 'node:fs'
import { readAnswer, type AnswerTable } from '../../src/backends/azure-logs/answer.ts'
import type { Span } from '../../src/domain/diagnostic.ts'
import type { Finding, RunOutcome } from '../../src/domain/run.ts'
import type { HuntingQuery } from '../../src/domain/rule.ts'
import type { Instant } from '../../src/domain/time.ts'
import { createResultWriter, type ResultFormat } from '../../src/output/index.ts'
import { milliseconds } from '../../src/time/duration.ts'
import { systemClock } from '../../src/time/system-clock.ts'
import type { Job } from '../jobs.ts'

/** The body as it comes from the network, to typed rows. */
export const read: Job = async ({ answer = '' }) => (await tableOf(answer)).rows.length

export const writeCsv: Job = async ({ answer = '', output = '' }) => write('csv', answer, output)

export const writeJson: Job = async ({ answer = '', output = '' }) => write('json', answer, output)

async function tableOf(answer: string): Promise<AnswerTable> {
  const { tables } = await readAnswer(createReadStream(answer))
  const [table] = tables
  if (table === undefined) throw new Error(`${answer} has no table`)
  return table
}

async function write(format: ResultFormat, answer: string, output: string): Promise<number> {
  const outcome = outcomeOf(await tableOf(answer))
  const writer = createResultWriter({ folder: output, clock: systemClock, formats: [format] })
  await writer.write(outcome)
  return outcome.findings.length
}

const NOWHERE: Span = { file: 'bench.yaml', line: 1, column: 1, length: 0 }

/** A rule whose findings are the rows as they are: entities belong to src/detect and have no counterpart in the baseline. */
const RULE: HuntingQuery = {
  kind: 'Hunting',
  id: '00000000-0000-4000-8000-000000000000',
  name: 'bench',
  description: '',
  query: '',
  tactics: [],
  techniques: [],
  entityMappings: [],
  sentinelEntityColumns: [],
  customDetails: {},
  identityColumns: [],
  workspaces: [],
  across: [],
  doubts: [],
  severity: undefined,
  scheduling: undefined,
  version: undefined,
  tags: [],
  requiredTables: [],
  source: { file: 'bench.yaml', sha256: '', span: () => NOWHERE, querySpan: () => NOWHERE, line: () => '' },
}

function outcomeOf({ columns, rows }: AnswerTable): RunOutcome {
  const findings = rows.map((row, index): Finding => {
    return { id: String(index).padStart(64, '0'), row, entities: [], entityProblems: [], isNew: true }
  })
  const [start, end] = [0 as Instant, 1 as Instant]
  return {
    key: { ruleId: RULE.id, workspace: 'bench', slot: end, windowOverride: '' },
    rule: RULE,
    window: { start, end },
    backend: 'azure',
    attempt: 1,
    status: 'complete',
    opensIncidents: false,
    startedAt: start,
    finishedAt: end,
    error: undefined,
    warnings: [],
    notes: [],
    columns,
    findings,
    exclusions: [],
    excluded: [],
    alerts: [],
    opened: [],
    updated: [],
    statistics: {
      queryDuration: milliseconds(0),
      rowCount: rows.length,
      excludedRowCount: 0,
      findingCount: rows.length,
      newFindingCount: rows.length,
      alertCount: 0,
      incidentCount: 0,
    },
  }
}
