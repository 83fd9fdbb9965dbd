import type { KqlError } from '../../domain/errors.ts'
import type { Clock } from '../../domain/time.ts'
import { formatInstant } from '../../time/instant.ts'
import { ServiceFault } from '../service-errors.ts'

/**
 * Error bodies of Microsoft Graph («Microsoft Graph error responses and resource types»). `innerError` as users of runHuntingQuery
 * quote it (microsoftgraph/microsoft-graph-docs-contrib #1446): date and the two ids, neither code nor message.
 */
export function graphFault(
  status: number,
  code: string,
  message: string,
  clock: Clock,
  headers: Readonly<Record<string, string>> = {},
): ServiceFault {
  const date = formatInstant(clock.now()).replace(/(?:\.\d+)?Z$/, '')
  const document = (id: string): unknown => ({
    error: { code, message, innerError: { date, 'request-id': id, 'client-request-id': id } },
  })
  return new ServiceFault(status, { code, message }, headers, false, document)
}

/** What Graph says where another service of the emulator would say `fault`. */
export function asGraphFault(fault: ServiceFault, clock: Clock): ServiceFault {
  if (fault.document !== undefined) return fault
  const [code, message] = WORDS[fault.status] ?? ['UnknownError', '']
  return graphFault(fault.status, code, message ?? fault.envelope.error.message, clock, fault.headers)
}

/**
 * By status. 429: the example of «Microsoft Graph throttling guidance». 403: as users quote the security API. 500 and 504 are
 * `UnknownError` without words (issues #1446 and #1648 of microsoft-graph-docs-contrib). The others are UNCONFIRMED.
 */
const WORDS: Readonly<Record<number, readonly [code: string, message: string | undefined]>> = {
  400: ['BadRequest', undefined],
  401: ['InvalidAuthenticationToken', undefined],
  403: [
    'Forbidden',
    'Missing application roles. API required roles: ThreatHunting.Read.All, application roles: SecurityAlert.Read.All.',
  ],
  404: ['ResourceNotFound', undefined],
  429: ['TooManyRequests', 'Please retry again later.'],
  503: ['ServiceUnavailable', 'The service is temporarily unavailable.'],
}

/**
 * The engine's sentence with the advice behind it, without line and column, as advanced hunting passes it on
 * (microsoftgraph/msgraph-sdk-powershell #3188).
 */
export function huntingQueryFault(error: KqlError, query: string, clock: Clock): ServiceFault {
  const advice = /syntax/.test(error.code) ? 'Fix syntax errors in your query.' : 'Fix semantic errors in your query.'
  return graphFault(400, 'BadRequest', `${sentenceOf(error, query)}. ${advice}`, clock)
}

function sentenceOf({ code, message, position }: KqlError, query: string): string {
  const token = position === undefined ? '' : query.slice(position.offset, position.offset + position.length)
  if (code === 'kql/unknown-table') return `Failed to resolve table or column expression named '${token}'`
  if (code === 'kql/unknown-column') return `Failed to resolve scalar expression named '${token}'`
  if (/syntax/.test(code) && token !== '') return `Query could not be parsed at '${token}'`
  return message.replace(/\.$/, '')
}
