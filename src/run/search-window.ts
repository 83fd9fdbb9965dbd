import { BackendError } from '../domain/errors.ts'
import type { ErrorRecord } from '../domain/errors.ts'
import type { QueryRequest, QueryResult, RowLocality } from '../domain/ports.ts'
import type { RunRequest } from '../domain/run.ts'
import { concatenated } from '../domain/sequence.ts'
import type { Window } from '../domain/time.ts'
import { minutes } from '../time/duration.ts'
import { halvesOf, lengthOf } from '../time/instant.ts'
import { ruleQuery } from './rule-query.ts'
import { limitsOf } from './run-ports.ts'
import type { RunPorts } from './run-ports.ts'
import { isGoneCode, isTooLargeCode } from './too-large.ts'

/** Halved so often at most: 64 parts, of no less than a minute. */
const MOST_HALVINGS = 6
const SHORTEST = minutes(1)

/** More rows than four whole answers of the service: nobody reads them, and they must fit into memory. */
const MOST_ROWS = 2_000_000

export interface Searched {
  readonly result: QueryResult
  readonly notes: readonly string[]
}

/**
 * Asks the backend about the window of a run. Where the answer is too large for one query and the query is row-local, the
 * window is halved until each part fits, and the rows of the parts, oldest part first, are the answer. Where it is not, or
 * the smallest part is still too large, the answer stays partial, and its error says what to change.
 *
 * Rejects as Backend.query does; a part that fails fails the whole.
 */
export async function searchWindow(request: RunRequest, ports: RunPorts, signal: AbortSignal): Promise<Searched> {
  const query: QueryRequest = {
    ...ruleQuery(request, limitsOf(ports).queryTimeout),
    ...(request.rule.across.length === 0 ? {} : { across: request.rule.across }),
  }
  const whole = await ports.backend.query(query, signal)
  if (!isTooLarge(whole) || ports.rowLocality === undefined) return { result: whole, notes: [] }
  const locality = await ports.rowLocality(request.rule.query).catch((error: unknown) => {
    whole.release?.()
    throw error
  })
  if (!locality.isRowLocal) return { result: withError(whole, cannotSplit(whole, locality, request)), notes: [] }
  whole.release?.()
  const parts: QueryResult[] = []
  try {
    await searchParts(halvesOf(request.window), 1, { query, ports, signal, parts })
  } catch (error) {
    releaseAll(parts)
    throw error
  }
  return joined(parts)
}

function releaseAll(parts: readonly QueryResult[]): void {
  for (const part of parts) part.release?.()
}

function isTooLarge({ partialError }: QueryResult): boolean {
  return partialError !== undefined && isTooLargeCode(partialError.code)
}

interface Search {
  readonly query: QueryRequest
  readonly ports: RunPorts
  readonly signal: AbortSignal
  readonly parts: QueryResult[]
}

/**
 * Ends with the first part that stays too large: what comes after it cannot make the answer whole. One that begins before what the
 * service keeps does not end it, for its error says that only what is older was not searched.
 */
async function searchParts(windows: readonly Window[], halvings: number, search: Search): Promise<boolean> {
  const { query, ports, signal, parts } = search
  for (const window of windows) {
    await ports.beforeQuery?.(query.workspace, signal)
    const part = await ports.backend.query({ ...query, window }, signal)
    if (isTooLarge(part) && halvings < MOST_HALVINGS && lengthOf(window) >= 2 * SHORTEST) {
      part.release?.()
      if (!(await searchParts(halvesOf(window), halvings + 1, search))) return false
      continue
    }
    parts.push(part)
    if (part.partialError !== undefined && !isGoneCode(part.partialError.code)) return false
    if (parts.reduce((sum, { table }) => sum + table.rows.length, 0) > MOST_ROWS) throw tooManyRows(query)
  }
  return true
}

function joined(parts: readonly QueryResult[]): Searched {
  const [first] = parts
  if (first === undefined) throw new TypeError('a window that is split has parts')
  // The one at which the search ended is the last and says more than one that is only older.
  const error = parts.findLast(({ partialError }) => partialError !== undefined)?.partialError
  const result: QueryResult = {
    status: error === undefined ? 'complete' : 'partial',
    table: { columns: first.table.columns, rows: concatenated(parts.map(({ table }) => table.rows)) },
    warnings: [...new Set(parts.flatMap(({ warnings }) => warnings))],
    release: () => releaseAll(parts),
    statistics: { parts: parts.map(({ statistics }) => statistics ?? null) },
    ...(error === undefined ? {} : { partialError: stillTooLarge(error) }),
  }
  if (error !== undefined && !isGoneCode(error.code)) return { result, notes: [] }
  return {
    result,
    notes: [`the answer was too large for one query, so the window was searched in ${parts.length} parts`],
  }
}

function withError(result: QueryResult, partialError: ErrorRecord): QueryResult {
  return { ...result, partialError }
}

function cannotSplit(
  { partialError }: QueryResult,
  { because, position }: Extract<RowLocality, { isRowLocal: false }>,
  { rule }: RunRequest,
): ErrorRecord {
  if (partialError === undefined) throw new TypeError('only a partial answer is too large')
  const { file, line, column } = rule.source.querySpan(position.offset, position.length)
  return {
    ...partialError,
    hint: `${partialError.hint ?? 'return fewer rows'}. The window cannot be searched in parts because of ${because} (${file}:${line}:${column}): filter before it, or shorten queryPeriod`,
  }
}

function stillTooLarge(error: ErrorRecord): ErrorRecord {
  if (!isTooLargeCode(error.code)) return error
  return {
    ...error,
    hint: `${error.hint ?? 'return fewer rows'}. Also the smallest part of the window was too large: the query lets too much through`,
  }
}

function tooManyRows({ workspace }: QueryRequest): BackendError {
  return new BackendError({
    code: 'backend/too-many-rows',
    message: `the parts of the window have more than ${MOST_ROWS} rows together`,
    hint: 'filter or summarize in the query: nobody reads so many findings',
    context: { workspace },
  })
}
