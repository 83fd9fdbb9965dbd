import { BackendError, IncompleteError } from '../domain/errors.ts'
import type { AnswerTable } from '../domain/kusto.ts'
import type { QueryResult } from '../domain/ports.ts'
import type { Window } from '../domain/time.ts'
import { isTooLargeCode } from '../run/index.ts'
import { milliseconds } from '../time/duration.ts'
import { formatInstant, halvesOf, lengthOf } from '../time/instant.ts'
import { quoteTableName } from '../text/kql-text.ts'
import type { ExtractSource } from './extract-ports.ts'

/** The finest step of a window: the service takes milliseconds from the client. */
const SHORTEST = milliseconds(1)

/** One answer, and the part of the window that it is about. */
export interface SlicePart {
  readonly table: AnswerTable
  readonly window: Window
}

/**
 * All rows of a table within a window, oldest first, in parts small enough for one answer each: where an answer is cut, its window is
 * halved. Each row comes once;
 * the rows of a part can be read until the next is asked for. Rejects as Backend.query does, and with IncompleteError `extract/too-many-rows` where a
 * millisecond has more rows than an answer may hold.
 */
export async function* sliceOf(
  table: string,
  window: Window,
  source: ExtractSource,
  signal: AbortSignal,
): AsyncGenerator<SlicePart> {
  const waiting: Window[] = [window]
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    const result = await ask(table, part, source, signal)
    try {
      if (result.status === 'complete') {
        yield { table: result.table, window: part }
        continue
      }
    } finally {
      result.release?.()
    }
    const code = result.partialError?.code ?? ''
    if (!isTooLargeCode(code)) throw incomplete(table, result)
    if (lengthOf(part) <= SHORTEST) throw tooManyRows(table, part)
    waiting.unshift(...halvesOf(part))
  }
}

async function ask(
  table: string,
  window: Window,
  { backend, workspace, timeout, now }: ExtractSource,
  signal: AbortSignal,
): Promise<QueryResult> {
  return backend.query({ query: quoteTableName(table), window, now, workspace, timeout }, signal)
}

function incomplete(table: string, { partialError }: QueryResult): BackendError {
  return new BackendError({
    code: partialError?.code ?? 'backend/partial-answer',
    message: `${table} cannot be taken whole: ${partialError?.message ?? 'the answer is partial'}`,
    hint: partialError?.hint ?? 'try again later',
    retryable: true,
  })
}

function tooManyRows(table: string, { start }: Window): IncompleteError {
  return new IncompleteError({
    code: 'extract/too-many-rows',
    message: `${table} has more rows in the millisecond ${formatInstant(start)} than one answer of the service may hold`,
    hint: 'leave that moment out, or filter the table with hunt query',
  })
}
