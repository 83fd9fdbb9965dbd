import { createReadStream } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAzureLogsBackend } from '../../src/backends/azure-logs/index.ts'
import { readAnswer, type NamedTable } from '../../src/kusto-service/answer.ts'
import type { AnswerTable } from '../../src/domain/kusto.ts'
import type { Backend } from '../../src/domain/ports.ts'
import type { Span } from '../../src/domain/diagnostic.ts'
import type { Finding, RunOutcome } from '../../src/domain/run.ts'
import type { HuntingQuery } from '../../src/domain/rule.ts'
import type { Sequence } from '../../src/domain/sequence.ts'
import type { Instant } from '../../src/domain/time.ts'
import { openLedger } from '../../src/ledger/index.ts'
import { createResultWriter, type ResultFormat } from '../../src/output/index.ts'
import { executeRun } from '../../src/run/index.ts'
import { milliseconds, minutes } from '../../src/time/duration.ts'
import { systemClock } from '../../src/time/system-clock.ts'
import type { Job } from '../jobs.ts'

/** The body as it comes from the network, to typed rows. */
export const read: Job = async ({ answer = '' }) => (await tableOf(answer)).rows.length

export const writeCsv: Job = async ({ answer = '', output = '' }) => write('csv', answer, output)

export const writeJson: Job = async ({ answer = '', output = '' }) => write('json', answer, output)

/** The backend as a run has it, and the same CSV. */
export const queryCsv: Job = async ({ endpoint = '', output = '' }) => {
  const result = await backendAt(endpoint).query(QUESTION, new AbortController().signal)
  try {
    return await writeOutcome('csv', outcomeOf(result.table), output)
  } finally {
    result.release?.()
  }
}

/** A whole run: findings with their ids, both files, and a ledger that knows each of them afterwards. */
export const run: Job = async ({ endpoint = '', output = '' }) => {
  // A ledger of its own each time: a run over known findings does less.
  const folder = await mkdtemp(join(output, 'run-'))
  const ledger = openLedger(join(folder, 'ledger.db'))
  try {
    const writer = createResultWriter({ folder, clock: systemClock })
    const ports = { backend: backendAt(endpoint), ledger, writer, sinks: [], clock: systemClock }
    const { workspace, now: slot } = QUESTION
    const request = { rule: RULE, workspace, slot, window: { start: 0 as Instant, end: slot }, windowOverride: 'bench' }
    const { error, statistics } = await executeRun(request, ports, new AbortController().signal)
    if (error !== undefined) throw new Error(error.message)
    return statistics.newFindingCount
  } finally {
    ledger.close()
  }
}

const QUESTION = { query: 'T', window: undefined, now: 1 as Instant, workspace: 'bench', timeout: minutes(10) }

function backendAt(endpoint: string): Backend {
  return createAzureLogsBackend({
    workspaces: new Map([['bench', { id: '00000000-0000-4000-8000-000000000000' }]]),
    credential: { kind: 'default' },
    endpoint,
    clock: systemClock,
    random: () => 0,
  })
}

async function tableOf(answer: string): Promise<NamedTable> {
  const { tables } = await readAnswer(createReadStream(answer), tmpdir())
  const [table] = tables
  if (table === undefined) throw new Error(`${answer} has no table`)
  return table
}

async function write(format: ResultFormat, answer: string, output: string): Promise<number> {
  const table = await tableOf(answer)
  return writeOutcome(format, outcomeOf(table), output)
}

async function writeOutcome(format: ResultFormat, outcome: RunOutcome, output: string): Promise<number> {
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
  timeout: undefined,
  doubts: [],
  severity: undefined,
  scheduling: undefined,
  version: undefined,
  tags: [],
  requiredTables: [],
  source: { file: 'bench.yaml', sha256: '', span: () => NOWHERE, querySpan: () => NOWHERE, line: () => '' },
}

function outcomeOf({ columns, rows }: AnswerTable): RunOutcome {
  const findings: Sequence<Finding> = {
    length: rows.length,
    *[Symbol.iterator]() {
      let index = 0
      for (const row of rows) {
        yield { id: String(index++).padStart(64, '0'), row, entities: [], entityProblems: [], isNew: true }
      }
    },
  }
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
