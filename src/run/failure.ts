import { HuntError, InternalError, KqlError } from '../domain/errors.ts'
import type { Rule } from '../domain/rule.ts'

/** Any failure of a run as a HuntError; a fault in the query gets its place in the rule file. */
export function toRunError(error: unknown, rule: Rule): HuntError {
  if (error instanceof KqlError && error.position !== undefined && error.span === undefined) {
    const { offset, length } = error.position
    return new KqlError({ ...error.options, span: rule.source.querySpan(offset, length) })
  }
  if (error instanceof HuntError) return error
  return new InternalError({
    code: 'run/bug',
    message: `rule ${rule.id} (${rule.name}) failed unexpectedly: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'This is a bug; please report it with the version of hunt and the rule.',
    cause: error,
  })
}
