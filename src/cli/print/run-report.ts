import { toErrorRecord } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { RunAllResult, RunResult } from '../../run/index.ts'
import { formatInstant } from '../../time/instant.ts'
import { runDocument } from '../compose.ts'
import { silencedJson } from './silences.ts'
import type { RunTraces, TracedSteps } from '../trace.ts'

/** Raised when a member goes or changes its meaning. Described by docs/schema/run-report.schema.json. */
const SCHEMA_VERSION = 1

/** What `hunt run --json` prints: one document with a member of `runs` for each rule and workspace, in pieces. */
export async function* runReportPieces(
  all: RunAllResult,
  exitCode: ExitCode,
  traces?: RunTraces,
): AsyncGenerator<string> {
  yield `{\n"schemaVersion": ${SCHEMA_VERSION},\n"exitCode": ${exitCode},\n`
  yield `"undeliveredIncidents": ${all.undelivered?.length ?? null},\n"runs": [`
  let separator = '\n'
  for (const result of all.results) {
    yield separator + (await runJson(result, traces?.get(result)))
    separator = ',\n'
  }
  yield '\n]\n}\n'
}

async function runJson(result: RunResult, trace: TracedSteps | undefined): Promise<string> {
  const { request } = result
  const head = {
    ruleId: request.rule.id,
    ruleName: request.rule.name,
    workspace: request.workspace,
    slot: formatInstant(request.slot),
    status: result.kind === 'finished' ? result.outcome.status : result.kind,
    error: errorOf(result),
    files: result.kind === 'finished' ? (result.files?.paths ?? []) : [],
    silenced: silencedJson(result.kind === 'finished' ? result.silenced : []),
    ...(trace === undefined ? {} : { trace }),
  }
  const document = result.kind === 'finished' ? (await runDocument(result.outcome)).trim() : 'null'
  return `${JSON.stringify(head).slice(0, -1)},"result":${document}}`
}

function errorOf(result: RunResult): unknown {
  if (result.kind === 'failed') return toErrorRecord(result.error)
  return result.kind === 'finished' ? (result.outcome.error ?? null) : null
}
