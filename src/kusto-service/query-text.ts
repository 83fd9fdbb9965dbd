import { RUN_VARIABLES, runVariablesIn } from '../domain/run-variables.ts'
import type { RunVariable, RunVariables } from '../domain/run-variables.ts'
import type { Instant } from '../domain/time.ts'
import { formatInstant } from '../time/instant.ts'

/** The text that goes to the service, and the way back from its positions to the caller's text. */
export interface QueryText {
  readonly text: string
  readonly original: string
  /** Lines put in front of the original. */
  readonly prefixLines: number
}

/**
 * Prefixes the query so that `now()` and `ago()` mean the slot, as Sentinel does in its own runs: the query kept with
 * a Sentinel alert starts with this statement (`shared/reference/azure-contract.md` H4). The prefix is a line of its
 * own, so that positions in the answer shift by whole lines. The variables of the run stand in the same line, as far as the
 * query uses them, and so do further statements.
 */
export function queryText(
  original: string,
  now: Instant | undefined,
  variables: RunVariables = {},
  statements: readonly string[] = [],
): QueryText {
  const prefix = [
    ...(now === undefined ? [] : [`set query_now = datetime(${formatInstant(now)});`]),
    ...runVariablesIn(original).flatMap((name) => {
      const value = literalOf(name, variables)
      return value === undefined ? [] : [`let ${name} = ${value};`]
    }),
    ...statements,
  ]
  if (prefix.length === 0) return { text: original, original, prefixLines: 0 }
  return { text: `${prefix.join(' ')}\n${original}`, original, prefixLines: 1 }
}

function literalOf(name: RunVariable, variables: RunVariables): string | undefined {
  const { [name]: value } = variables
  if (value === undefined) return undefined
  return RUN_VARIABLES[name] === 'datetime' ? `datetime(${formatInstant(value as Instant)})` : `${value}ms`
}

/** UTF-16 units of the original. */
export interface TextPosition {
  readonly offset: number
  readonly length: number
}

/**
 * Maps a position of the service into the original query. Lines count from 1 and columns from 0: for the query
 * `completely invalid syntax` the service names the token `invalid` at line 1, pos 11 (a recording in
 * Azure/azure-sdk-for-js, sdk/monitor/monitor-query/recordings). Undefined when it lies in our prefix or outside.
 */
export function originalPosition(
  query: QueryText,
  line: number,
  pos: number,
  token: string | undefined,
): TextPosition | undefined {
  const index = line - 1 - query.prefixLines
  const lines = query.original.split('\n')
  const found = lines[index]
  if (found === undefined || pos < 0 || pos > found.length) return undefined
  const offset = lines.slice(0, index).reduce((sum, previous) => sum + previous.length + 1, 0) + pos
  // Where the service gives no token, the word at the place is what it speaks of.
  const word = token ?? /^\w*/.exec(query.original.slice(offset))?.[0] ?? ''
  const length = query.original.startsWith(word, offset) ? word.length : 0
  return { offset, length }
}
