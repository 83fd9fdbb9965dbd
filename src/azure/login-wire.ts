import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline'
import { seconds } from '../time/duration.ts'
import { textOf } from './login-text.ts'

/** What a login met on its way: MSAL and @azure/identity drop status, headers and body, or replace them by a link. */
export interface LoginWire {
  /** The last transport error. */
  fault: string | undefined
  /** The last answer that was no document of the token endpoint's. */
  answer: LoginAnswer | undefined
}

export interface LoginAnswer {
  readonly host: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** False for a page of HTML or a body that was cut. */
  readonly isJson: boolean
  /** `error_description`, which begins with the AADSTS code, or another word of the service. */
  readonly description: string | undefined
}

/** A document of two kilobytes; an authority that takes longer is not there. */
const PATIENCE = seconds(60)

export function recordLogins(wire: LoginWire): PipelinePolicy {
  return {
    name: 'huntLoginTap',
    async sendRequest(request, next) {
      const host = hostOf(request.url)
      // The pipeline waits for ever for the rest of a compressed body that was cut: what is not compressed fails at once.
      request.headers.set('Accept-Encoding', 'identity')
      // Real time: it bounds a connection. The pipeline's own timeout would keep the process alive to its end.
      const patience = AbortSignal.timeout(PATIENCE)
      request.abortSignal = request.abortSignal
        ? AbortSignal.any([request.abortSignal as AbortSignal, patience])
        : patience
      try {
        const response = await next(request)
        wire.fault = undefined
        wire.answer = answerOf(response, host)
        return response
      } catch (error) {
        wire.answer = undefined
        wire.fault = patience.aborted
          ? `${host}: ETIMEDOUT, nothing came within ${PATIENCE / seconds(1)} s`
          : `${host}: ${textOf(error)}`
        throw error
      }
    },
  }
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : url
}

function answerOf({ status, headers, bodyAsText }: PipelineResponse, host: string): LoginAnswer | undefined {
  const body = parsed(bodyAsText ?? '')
  if (status < 400 && body !== undefined) return undefined
  const description = textIn(body, 'error_description') ?? textIn(body, 'error')
  return { host, status, headers: headers.toJSON(), isJson: body !== undefined, description }
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function textIn(body: object | undefined, name: string): string | undefined {
  const value: unknown = body === undefined ? undefined : Reflect.get(body, name)
  return typeof value === 'string' && value !== '' ? value : undefined
}
