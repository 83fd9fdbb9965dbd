import { KqlError, type HuntErrorOptions } from '../../domain/errors.ts'
import { originalPosition, type QueryText, type TextPosition } from './query-text.ts'
import { deepestMessage, type InnerError, type ServiceError } from './service-error.ts'

const LINE_IN_MESSAGE = /\bline \[(\d+),\s*(\d+)\]/

/**
 * A 400 about the query: `SyntaxError` with line, pos and token, `SemanticError` mostly with words only (contract A6).
 * Positions, also those inside the service's sentence, count our prefix; here they are turned back to the caller's text.
 */
export function kqlErrorOf(error: ServiceError, query: QueryText, options: HuntErrorOptions): KqlError {
  const deepest = error.inner.at(-1)
  const position = deepest === undefined ? undefined : positionOf(deepest, query)
  const isSyntax = error.inner.some(({ code }) => code === 'SyntaxError')
  const place = position === undefined ? '' : ` at line ${position.line}, column ${position.column}`
  return new KqlError({
    ...options,
    code: isSyntax ? 'kql/syntax' : 'kql/semantic',
    message: `the service rejects the query${place}: ${explanation(error, deepest, query)}`,
    position: position === undefined ? undefined : { offset: position.offset, length: position.length },
  })
}

/** Semantic errors have no members for the place, but some name it in their sentence. */
function positionOf({ line, pos, token, message }: InnerError, query: QueryText): TextPosition | undefined {
  if (line !== undefined && pos !== undefined) return originalPosition(query, line, pos, token)
  const place = LINE_IN_MESSAGE.exec(message)
  return place === null ? undefined : originalPosition(query, Number(place[1]), Number(place[2]), token)
}

function explanation(error: ServiceError, deepest: InnerError | undefined, query: QueryText): string {
  const code = deepest === undefined || deepest.code === '' ? '' : ` [${deepest.code}]`
  const message = deepestMessage(error) ?? 'it gives no reason'
  return `${withOriginalLines(message, query.prefixLines)}${code}`
}

/** The service writes `line [2,11]`; people count the lines of the rule file's query. */
function withOriginalLines(message: string, prefixLines: number): string {
  return message.replace(LINE_IN_MESSAGE, (whole, line: string, pos: string) =>
    Number(line) > prefixLines ? `line ${Number(line) - prefixLines}, column ${Number(pos) + 1}` : whole,
  )
}
