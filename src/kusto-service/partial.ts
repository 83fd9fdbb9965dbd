import type { ErrorRecord } from '../domain/errors.ts'
import { deepestMessage, innerCodes, toServiceError, type ServiceError } from '../azure/index.ts'

interface PartialRule {
  readonly matches: (error: ServiceError) => boolean
  readonly code: string
  readonly what: string
  readonly hint: string
  readonly retryable: boolean
}

/** An engine error is named by its number or, in the message, by its symbol; contract A5. */
const engineError = (code: string, symbol: string) => (error: ServiceError) =>
  error.message?.includes(symbol) === true ||
  error.inner.some((inner) => inner.code === code || inner.message.includes(symbol))

/** The families of partial failure; contract A5. Codes and symbols decide, never prose, which has changed over time. */
const RULES: readonly PartialRule[] = [
  {
    // Hex 80DA0003.
    matches: engineError('-2133196797', 'E_QUERY_RESULT_SET_TOO_LARGE'),
    code: 'backend/result-truncated',
    what: 'the result is larger than the service returns, and the rest is missing',
    hint: 'at most 500,000 records or 64 MB: summarize, project fewer columns, or use a shorter window',
    retryable: false,
  },
  {
    // Hex 80DA0001.
    matches: engineError('-2133196799', 'E_RUNAWAY_QUERY'),
    code: 'backend/query-out-of-memory',
    what: 'an operator of the query ran out of memory, and the result may be wrong or incomplete',
    hint: 'filter before join, summarize and make_set, or use a shorter window',
    retryable: false,
  },
  {
    matches: () => true,
    code: 'backend/partial-result',
    what: 'the service could compute only a part of the result',
    hint: 'the same run will be tried again; if it stays partial, the service code says why',
    retryable: true,
  },
]

/**
 * Reads the `error` member that makes a 200 a partial answer. Keeps what the stock client drops: details and the
 * chain of inner errors (contract A9). `context` is added to the record's own.
 */
export function partialErrorOf(
  error: unknown,
  context: Readonly<Record<string, string | number | boolean>>,
): ErrorRecord {
  const service = toServiceError(error)
  const rule = RULES.find(({ matches }) => matches(service))
  if (rule === undefined) throw new TypeError('the last partial rule matches everything')
  const message = deepestMessage(service)
  const codes = innerCodes(service)
  return {
    code: rule.code,
    message: message === undefined ? rule.what : `${rule.what}: ${message}`,
    hint: rule.hint,
    retryable: rule.retryable,
    context: {
      ...context,
      serviceCode: service.code ?? 'unknown',
      ...(codes === '' ? {} : { innerCodes: codes }),
      ...(service.correlationId === undefined ? {} : { correlationId: service.correlationId }),
    },
  }
}

/** Hex 80DA000A: a name that the engine cannot resolve. */
const UNRESOLVED = '-2133196790'

/**
 * What a fuzzy union goes on without: `isfuzzy=true` has the engine leave out tables and functions that are not there, as long as one
 * is («union operator»), and the service tells of each as a detail of a PartialError whose severity is that of a warning (recorded in
 * azure-sdk-for-python 25137). Such an answer is whole: the query says so. Undefined where anything else is wrong, too.
 */
export function leftOutAsAsked(error: unknown): readonly string[] | undefined {
  const details: unknown = Reflect.get(Object(error) as object, 'details')
  if (!Array.isArray(details) || details.length === 0) return undefined
  const reasons = (details as unknown[]).map((detail) => {
    const inner = Object(Reflect.get(Object(detail) as object, 'innererror')) as Readonly<Record<string, unknown>>
    const isWarning = inner['severityName'] === 'Warning' && String(inner['severity']) === '3'
    if (!isWarning || String(inner['code']) !== UNRESOLVED) return undefined
    return deepestMessage(toServiceError(detail)) ?? 'a name that it does not say'
  })
  return reasons.every((reason) => reason !== undefined) ? [...new Set(reasons)] : undefined
}

/** A query of several tabular statements has several results; which of them is the rule's, nothing says. */
export function severalResults(
  names: readonly string[],
  context: Readonly<Record<string, string | number | boolean>>,
): ErrorRecord {
  return {
    code: 'backend/several-results',
    message: `the answer has ${names.length} results (${names.map((name) => `'${name}'`).join(', ')}), of which the first is taken`,
    hint: 'let the query have one tabular statement: make one with union, or others with let',
    retryable: false,
    context,
  }
}
