import { withoutTokens } from './redact.ts'

/** What the service says went wrong, from an error response or from the `error` member of a partial answer. */
export interface ServiceError {
  /** `error.code`, for example `BadArgumentError`; undefined when the body is not the envelope of contract A6. */
  readonly code: string | undefined
  readonly message: string | undefined
  readonly correlationId: string | undefined
  /** Codes and messages of `details[0]` and the chain of `innererror`, outermost first. */
  readonly inner: readonly InnerError[]
}

export interface InnerError {
  readonly code: string
  readonly message: string
  /** Line of the query text, from 1. */
  readonly line: number | undefined
  /** Column in that line, from 0. */
  readonly pos: number | undefined
  readonly token: string | undefined
}

/** Messages may quote the query; more than this is noise. */
const MESSAGE_LIMIT = 500

const DEEPEST_CHAIN = 10

/** Reads an error body: JSON envelope, or anything else (`{}` then). */
export function parseErrorBody(body: string): ServiceError {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { code: undefined, message: undefined, correlationId: undefined, inner: [] }
  }
  const error = member(parsed, 'error')
  if (typeof error !== 'string') return toServiceError(error ?? parsed)
  // As OAuth has it, `{"error": <code>, "error_description": <words>}`, and gateways, with words alone.
  const words = wordsOf(parsed)
  return { ...toServiceError(words ?? error), code: words === undefined ? undefined : text(error) }
}

/** Reads the `error` object itself, or words in its place. Numbers may be text, as the lossless reader leaves them. */
export function toServiceError(error: unknown): ServiceError {
  const inner: InnerError[] = []
  const details = member(error, 'details')
  if (Array.isArray(details) && details.length > 0) collect(details[0], inner)
  collect(member(error, 'innererror'), inner)
  return {
    code: text(member(error, 'code')),
    message: typeof error === 'string' ? text(error) : wordsOf(error),
    correlationId: text(member(error, 'correlationId')),
    inner,
  }
}

/**
 * Kusto says in `@message` what is wrong, and in `message` that something is; gateways before a service have their own names for it
 * (`Message` of ASP.NET, `detail` and `title` of RFC 9457, `error_description` of OAuth).
 */
function wordsOf(error: unknown): string | undefined {
  const names = ['@message', 'message', 'Message', 'error_description', 'detail', 'title']
  return names.map((name) => text(member(error, name))).find((words) => words !== undefined)
}

function collect(error: unknown, into: InnerError[]): void {
  if (typeof error !== 'object' || error === null || into.length >= DEEPEST_CHAIN) return
  into.push({
    code: text(member(error, 'code')) ?? '',
    message: wordsOf(error) ?? '',
    line: integer(member(error, 'line')),
    pos: integer(member(error, 'pos')),
    token: text(member(error, 'token')),
  })
  collect(member(error, 'innererror'), into)
}

/** `SemanticError/SEM0100`: what to search for, and what tests and scripts compare. */
export function innerCodes(error: ServiceError): string {
  return error.inner
    .map(({ code }) => code)
    .filter((code) => code !== '')
    .join('/')
}

/** The most specific text that the service gave. */
export function deepestMessage(error: ServiceError): string | undefined {
  const messages = [error.message, ...error.inner.map(({ message }) => message)]
  return messages.filter((message): message is string => message !== undefined && message !== '').at(-1)
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return undefined
  const line = withoutTokens(value.replace(/\s+/g, ' ').trim())
  return line.length > MESSAGE_LIMIT ? `${line.slice(0, MESSAGE_LIMIT)}…` : line
}

function integer(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined
}
