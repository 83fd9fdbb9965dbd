import type { KqlError } from '../../domain/errors.ts'
import { lineOf } from '../kql-errors.ts'
import { ServiceFault } from '../service-errors.ts'

/** OneApiErrors: the body of a failure in «Query V2 HTTP response» (learn.microsoft.com). */
export interface OneApiError {
  readonly code: string
  readonly message: string
  readonly '@type': string
  readonly '@message': string
  readonly '@permanent': boolean
}

export function oneApiError(code: string, type: string, words: string, isPermanent: boolean): OneApiError {
  const message = 'Request is invalid and cannot be executed.'
  return { code, message, '@type': `Kusto.Data.Exceptions.${type}`, '@message': words, '@permanent': isPermanent }
}

export function kustoFault(
  status: number,
  error: OneApiError,
  headers: Readonly<Record<string, string>> = {},
): ServiceFault {
  return new ServiceFault(status, error, headers, false, () => ({ error }))
}

/** What Kusto says where another service of the emulator would say `fault`; codes by «Kusto.Data exceptions», texts UNCONFIRMED. */
export function asKustoFault(fault: ServiceFault): ServiceFault {
  if (fault.document !== undefined) return fault
  const [code, type] = WORDS[fault.status] ?? ['Internal service error', 'KustoServiceException']
  const { message, innererror } = fault.envelope.error
  // What is wrong with a request stands inside; of a rate, numbers of another service do.
  const words = fault.status === 400 ? (innererror?.message ?? message) : message
  const error = oneApiError(code, type, words, fault.status < 429)
  return kustoFault(fault.status, error, fault.headers)
}

const WORDS: Readonly<Record<number, readonly [code: string, type: string]>> = {
  400: ['General_BadRequest', 'KustoBadRequestException'],
  401: ['Unauthorized', 'KustoRequestDeniedException'],
  403: ['Forbidden', 'KustoRequestDeniedException'],
  404: ['NotFound', 'KustoRequestException'],
  429: ['TooManyRequests', 'KustoRequestThrottledException'],
  503: ['ServiceUnavailable', 'KustoServiceException'],
  504: ['Request timeout', 'KustoServiceTimeoutException'],
}

/** «Semantic error: SEM0100: …», and the place as the engine writes it: line from 1, position from 0. */
export function kustoQueryFault(error: KqlError, query: string): ServiceFault {
  const isSyntax = /syntax/.test(error.code)
  const kind = isSyntax
    ? 'Syntax error: SYN0002'
    : `Semantic error: ${/unknown/.test(error.code) ? 'SEM0100' : 'SEM0000'}`
  const words = `Request is invalid and cannot be processed: ${kind}: ${error.message.replace(/\.$/, '')}${placeText(error, query)}`
  const type = isSyntax ? 'SyntaxException' : 'SemanticException'
  return kustoFault(400, oneApiError('General_BadRequest', type, words, true))
}

function placeText({ position }: KqlError, query: string): string {
  if (position === undefined) return ''
  const { line, pos } = lineOf(query, position.offset)
  return `. [line:position=${line}:${pos}]`
}
