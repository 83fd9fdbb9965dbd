import { formatInstant } from '../time/instant.ts'
import type { FaultTools } from './fault-kind.ts'
import { json } from './reply.ts'
import type { Reply } from './reply.ts'

/** A refusal of Microsoft Entra ID. */
export interface EntraRefusal {
  readonly status: number
  readonly error: string
  /** Number of the AADSTS code. */
  readonly code: number
  readonly description: string
}

/** As the service words it: RFC 6749, 5.2, and the members that Entra ID adds. */
export function entraRefusal({ status, error, code, description }: EntraRefusal, tools: FaultTools): Reply {
  const { clock, newId } = tools
  const [traceId, correlationId] = [newId(), newId()]
  const timestamp = formatInstant(clock.now())
  return json(
    {
      error,
      error_description: `AADSTS${code}: ${description}. Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    },
    status,
  )
}
