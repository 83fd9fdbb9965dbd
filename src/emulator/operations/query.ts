import { KqlError } from '../../domain/errors.ts'
import type { LoadedAnswer } from '../../domain/loaded-answer.ts'
import type { ResultSize } from '../../domain/ports.ts'
import type { Duration } from '../../domain/time.ts'
import { seconds } from '../../time/duration.ts'
import { bearerToken } from '../bearer-token.ts'
import { answerText, type LogsAnswer } from '../answer-text.ts'
import { queryFault } from '../kql-errors.ts'
import { isJson, parseLogsQuery, type LogsQuery } from '../query-request.ts'
import { empty, streamed, type Reply } from '../reply.ts'
import { limitResult, partialError } from '../result-limit.ts'
import { firstWorkspace, QueryTookTooLong, runQuery, type TimedResult } from '../run-query.ts'
import {
  gatewayTimeout,
  invalidRequest,
  pathNotFound,
  resourceNotFound,
  unauthenticated,
  unknownResource,
} from '../service-errors.ts'
import type { Call, EmulatorState, Operation } from './operation.ts'

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** `shared/reference/azure-contract.md` A1: POST and GET on the workspace's customer id. */
export const workspaceQuery: Operation = {
  methods: ['POST', 'GET'],
  path: /^\/v1\/workspaces\/([^/]+)\/query$/,
  ofService: true,
  waitsItself: true,
  async handle(call, state) {
    await authorize(call, state)
    return answer(call, state, workspaceName(call.captured[0] ?? '', state) ?? missing())
  },
}

/**
 * A1: resource-centric. Every resource's logs are those of the one data folder, `_ResourceId` is not filtered; but a workspace is
 * itself, and one that is not served a 404 (A6).
 */
export const resourceQuery: Operation = {
  methods: ['POST', 'GET'],
  path: /^\/v1\/+(subscriptions\/.+)\/query$/i,
  ofService: true,
  waitsItself: true,
  async handle(call, state) {
    await authorize(call, state)
    return answer(call, state, resourceWorkspace(call.captured[0] ?? '', state))
  },
}

async function authorize({ request }: Call, { settings, authority }: EmulatorState): Promise<void> {
  if (!settings.requireTokens) return
  const token = bearerToken(request)
  if (token === undefined) throw unauthenticated()
  await authority.check(token)
}

/** The name for the backend; undefined when there is no such workspace. */
function workspaceName(id: string, { settings }: EmulatorState): string | undefined {
  if (settings.workspaces !== undefined) return settings.workspaces.get(id.toLowerCase())
  return GUID.test(id) || !settings.strict ? 'local' : undefined
}

const WORKSPACE_RESOURCE = /\/providers\/Microsoft\.OperationalInsights\/workspaces\/([^/]+)$/i

function resourceWorkspace(resource: string, state: EmulatorState): string {
  const wanted = WORKSPACE_RESOURCE.exec(resource)?.[1]?.toLowerCase()
  const { workspaces } = state.settings
  if (wanted === undefined || workspaces === undefined) return firstWorkspace(state)
  const found = [...workspaces.values()].find((name) => name.toLowerCase() === wanted)
  if (found === undefined) throw resourceNotFound(`/${resource}`)
  return found
}

function missing(): never {
  throw pathNotFound()
}

async function answer(call: Call, state: EmulatorState, workspace: string): Promise<Reply> {
  const { settings, cache } = state
  const { request, url, body } = call
  const isPost = request.method === 'POST'
  if (isPost && settings.strict && !isJson(request)) return empty(200)
  const query = parseLogsQuery(request, url.searchParams, isPost ? body : undefined, settings)
  checkFurtherWorkspaces(query, workspace, state)
  const key = JSON.stringify([workspace, query.query, query.window, query.preferences])
  const kept = settings.cache ? cache.read(key, query.cacheControl) : undefined
  if (kept !== undefined) return streamed([kept.text], { Age: String(kept.age) })
  const asked = { query: query.query, window: query.window, wait: query.preferences.wait, ...limitsOf(state) }
  const result = await runQuery(asked, workspace, call, state).catch((error: unknown) => {
    throw asFault(error, query.query)
  })
  const text = answerText(shape(result, query, call, state))
  if (!settings.cache) return streamed(text, applied(query))
  const whole = [...text].join('')
  cache.write(key, query.cacheControl, whole)
  return streamed([whole], applied(query))
}

/** A cross-workspace query would need a data folder a workspace; only the workspace itself is known here. */
function checkFurtherWorkspaces({ workspaces }: LogsQuery, own: string, state: EmulatorState): void {
  for (const id of workspaces) {
    const name = workspaceName(id, state)
    if (name === undefined) throw unknownResource(id)
    if (name !== own) throw invalidRequest(`The emulator does not join the workspace '${id}' to another`)
  }
}

/** More than the limits will be cut (result-limit.ts), so the engine need not read it: memory has limits of its own. */
function limitsOf({ settings: { limits } }: EmulatorState): { readonly enough: ResultSize } {
  return { enough: { rows: limits.records, bytes: limits.bytes } }
}

/** The engine's errors in the service's words. What is no error of the query is a fault of the emulator: 500. */
function asFault(error: unknown, query: string): unknown {
  if (error instanceof QueryTookTooLong) return gatewayTimeout()
  if (error instanceof KqlError) return queryFault(error, query)
  return error
}

function shape({ result, elapsed }: TimedResult, query: LogsQuery, call: Call, state: EmulatorState): LogsAnswer {
  const { limits } = state.settings
  const records = Math.min(call.distortion.records ?? limits.records, limits.records)
  const limited = limitResult(result.table, { records, bytes: limits.bytes })
  const error = limited.error ?? engineError(result, call)
  return {
    table: limited.table,
    ...(query.preferences.statistics ? { statistics: statisticsOf(limited.table.rows.length, elapsed) } : {}),
    ...(query.preferences.render ? { render: NO_RENDER } : {}),
    ...(error === undefined ? {} : { error }),
  }
}

/** Hex 80DA0001 (Azure Data Explorer, handling errors in C#): the partial failure that is not about size (A5). */
const RUNAWAY_CODE = '-2133196799'

function engineError({ partialError: reason }: LoadedAnswer, { distortion }: Call): LogsAnswer['error'] {
  const message = distortion.partial === true ? 'E_RUNAWAY_QUERY: an operator ran out of memory' : reason?.message
  if (message === undefined) return undefined
  return partialError({ code: RUNAWAY_CODE, message, severity: 2, severityName: 'Error' })
}

/** Members of A3 that are known here. The rest of the recorded shape depends on the engine and is left out. */
function statisticsOf(rowCount: number, elapsed: Duration): unknown {
  return { query: { executionTime: elapsed / seconds(1), datasetStatistics: [{ tableRowCount: rowCount }] } }
}

/** Members as recorded (A3). The engine draws nothing, so it names no visualization. */
const NO_RENDER = {
  visualization: null,
  title: null,
  accumulate: false,
  isQuerySorted: false,
  kind: null,
  legend: null,
  series: null,
  yMin: 'NaN',
  yMax: 'NaN',
  xAxis: null,
  xColumn: null,
  xTitle: null,
  yAxis: null,
  yColumns: null,
  ySplit: null,
  yTitle: null,
  anomalyColumns: null,
}

function applied({ preferences }: LogsQuery): Record<string, string> {
  return preferences.applied === undefined ? {} : { 'Preference-Applied': preferences.applied }
}
