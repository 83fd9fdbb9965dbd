import { KqlError } from '../domain/errors.ts'
import type { LoadedAnswer } from '../domain/loaded-answer.ts'
import type { Duration } from '../domain/time.ts'
import { seconds } from '../time/duration.ts'
import { answerText, type LogsAnswer } from './answer-text.ts'
import { queryFault } from './kql-errors.ts'
import type { Call, EmulatorState } from './operations/operation.ts'
import { parseLogsQuery, type LogsQuery, type LogsRequest } from './query-request.ts'
import { ANY_WORKSPACE, checkFurtherWorkspaces, customerIdOf, workspaceArmId } from './query-workspaces.ts'
import { renderOf } from './render.ts'
import { streamed, type Reply } from './reply.ts'
import { limitResult, partialError } from './result-limit.ts'
import { QueryTookTooLong, runQuery, type TimedResult } from './run-query.ts'
import { gatewayTimeout, insufficientAccess, unknownResource } from './service-errors.ts'

/** A query that was let in, and where it goes. */
export interface LogsQuestion extends LogsRequest, Pick<Call, 'signal' | 'distortion'> {
  /** As the backend knows it. */
  readonly workspace: string
  /** The id in the address; absent for resource-centric queries. */
  readonly workspaceId?: string
  /** ARM id, for resource-centric queries. */
  readonly resource?: string
}

/** The answer of the Logs Query API: `shared/reference/azure-contract.md` A2 to A6. Throws the fault that the service has. */
export async function answerQuery(question: LogsQuestion, state: EmulatorState): Promise<Reply> {
  const { settings, cache } = state
  const { limits } = settings
  const { workspace } = question
  const query = parseLogsQuery(question, settings)
  const { failedWorkspace } = question.distortion
  if (failedWorkspace === undefined) checkFurtherWorkspaces(query.workspaces, workspace, state)
  if (failedWorkspace === 'forbidden') throw insufficientAccess()
  if (failedWorkspace === 'unresolved') throw unknownResource(failedNames(query))
  const key = JSON.stringify([workspace, question.resource, query.query, query.window, query.preferences])
  const kept = settings.cache ? cache.read(key, query.cacheControl) : undefined
  if (kept !== undefined) return streamed([kept.text], { Age: String(kept.age) })
  // More than the limits will be cut (result-limit.ts), so the engine need not read it: memory has limits of its own.
  const enough = { rows: limits.records, bytes: limits.bytes }
  const asked = { query: query.query, window: query.window, wait: query.preferences.wait, enough }
  const result = await runQuery(asked, workspace, question, state).catch((error: unknown) => {
    throw asFault(error, query.query)
  })
  const text = answerText(await shape(result, query, question, state))
  if (!settings.cache) return streamed(text, applied(query))
  const whole = [...text].join('')
  cache.write(key, query.cacheControl, whole)
  return streamed([whole], applied(query))
}

/** The engine's errors in the service's words. What is no error of the query is a fault of the emulator: 500. */
function asFault(error: unknown, query: string): unknown {
  if (error instanceof QueryTookTooLong) return gatewayTimeout()
  if (error instanceof KqlError) return queryFault(error, query)
  return error
}

async function shape(
  { result, elapsed }: TimedResult,
  query: LogsQuery,
  question: LogsQuestion,
  state: EmulatorState,
): Promise<LogsAnswer> {
  const { limits, workspaces } = state.settings
  const { preferences } = query
  const records = Math.min(question.distortion.records ?? limits.records, limits.records)
  const limited = limitResult(result.table, { records, bytes: limits.bytes })
  const error = limited.error ?? workspaceError(query, question) ?? engineError(result, question)
  const source = workspaceArmId(workspaces === undefined ? ANY_WORKSPACE : question.workspace)
  return {
    table: limited.table,
    ...(preferences.statistics ? { statistics: statisticsOf(limited.table.rows.length, elapsed) } : {}),
    ...(preferences.render ? { render: await renderOf(query.query) } : {}),
    ...(preferences.permissions ? { permissions: permissionsOf(question, source) } : {}),
    ...(preferences.dataSources ? { dataSources: dataSourcesOf(result, question, source, state) } : {}),
    ...(error === undefined ? {} : { error }),
  }
}

/** Hex 80DA0001 (Azure Data Explorer, handling errors in C#): the partial failure that is not about size (A5). */
const RUNAWAY_CODE = '-2133196799'

/** Hex 80DA000A, with the severity of a warning: what the service says of a fuzzy union (azure-sdk-for-python 25137). */
const UNRESOLVED_CODE = '-2133196790'

function engineError({ partialError: reason }: LoadedAnswer, { distortion }: LogsQuestion): LogsAnswer['error'] {
  if (distortion.unresolved !== undefined) {
    const message = `'union' operator: Failed to resolve table or column expression named '${distortion.unresolved}'`
    return partialError({ code: UNRESOLVED_CODE, message, severity: 3, severityName: 'Warning' })
  }
  const message = distortion.partial === true ? 'E_RUNAWAY_QUERY: an operator ran out of memory' : reason?.message
  if (message === undefined) return undefined
  return partialError({ code: RUNAWAY_CODE, message, severity: 2, severityName: 'Error' })
}

/** H5: as other partial failures, its detail being no engine's. The code is a guess. */
function workspaceError(query: LogsQuery, { distortion }: LogsQuestion): LogsAnswer['error'] {
  if (distortion.failedWorkspace !== 'partial') return undefined
  return {
    code: 'PartialError',
    message: 'There were some errors when processing your query.',
    details: [{ code: 'WorkspaceQueryError', message: `The workspace ${failedNames(query)} could not be queried` }],
  }
}

function failedNames({ workspaces }: LogsQuery): string {
  return workspaces.length === 0 ? 'of the query' : workspaces.join(', ')
}

/** Members of A3 that are known here. The rest of the recorded shape depends on the engine and is left out. */
function statisticsOf(rowCount: number, elapsed: Duration): unknown {
  return { query: { executionTime: elapsed / seconds(1), datasetStatistics: [{ tableRowCount: rowCount }] } }
}

/**
 * Nothing is denied: the resource, and the workspace that has its logs (learn.microsoft.com, «Querying logs for Azure resources»). That a
 * query of a workspace is told so too is UNCONFIRMED (A2); alephnull-sh/deadair (internal/backend/sentinel) takes it for an error if not.
 */
function permissionsOf({ resource }: LogsQuestion, source: string): unknown {
  const resources = resource === undefined ? {} : { resources: [{ resourceId: resource, dataSources: [source] }] }
  return { ...resources, dataSources: [{ resourceId: source }] }
}

/**
 * «Query data sources» (learn.microsoft.com, Azure Monitor Logs API «Prefer options») names regions, workspaces, clusters and tables, and
 * no members; those here are what alephnull-sh/deadair reads. It reads neither region nor cluster, so nobody knows how they are spelt.
 */
function dataSourcesOf(
  { tables = [] }: LoadedAnswer,
  question: LogsQuestion,
  resourceId: string,
  state: EmulatorState,
): unknown {
  return tables.length === 0 ? [] : [{ resourceId, workspace: customerIdOf(question, state), tables }]
}

function applied({ preferences }: LogsQuery): Record<string, string> {
  return preferences.applied === undefined ? {} : { 'Preference-Applied': preferences.applied }
}
