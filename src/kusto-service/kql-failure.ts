import { KqlError, type HuntErrorOptions } from '../domain/errors.ts'
import { originalPosition, type QueryText } from './query-text.ts'
import { deepestMessage, type InnerError, type ServiceError } from '../azure/index.ts'

/** How the service names a place in its sentences: line from 1, column from 0. */
const PLACE = /\s*\b(?:on|at)? ?line \[(\d+),\s*(\d+)\]/

/**
 * A 400 about the query: `SyntaxError` with line, pos and token, `SemanticError` mostly with words only (contract A6).
 * The place becomes the error's position in the caller's text and leaves the sentence: there it would count our prefix,
 * and lines of a query are not lines of the rule file that people look at.
 */
export function kqlErrorOf(error: ServiceError, query: QueryText, options: HuntErrorOptions): KqlError {
  const deepest = error.inner.at(-1)
  const isSyntax = error.inner.some(({ code }) => code === 'SyntaxError')
  const code = deepest === undefined || deepest.code === '' ? '' : ` [${deepest.code}]`
  const message = (deepestMessage(error) ?? 'it gives no reason').replace(PLACE, '')
  return new KqlError({
    ...options,
    code: isSyntax ? 'kql/syntax' : 'kql/semantic',
    message: `the service rejects the query: ${message}${code}`,
    position: deepest === undefined ? undefined : positionOf(deepest, query),
  })
}

/** Semantic errors have no members for the place, but some name it in their sentence. */
function positionOf({ line, pos, token, message }: InnerError, query: QueryText): KqlError['position'] {
  if (line !== undefined && pos !== undefined) return originalPosition(query, line, pos, token)
  const place = PLACE.exec(message)
  return place === null ? undefined : originalPosition(query, Number(place[1]), Number(place[2]), token)
}
