import type { KqlError } from '../domain/errors.ts'
import { badArgument, type InnerError, type ServiceFault } from './service-errors.ts'

/**
 * A query error of the engine as the service words it; `shared/reference/azure-contract.md` A6. A syntax error carries
 * line (from 1), pos (from 0) and token. What the local engine does not support is said plainly: the service itself
 * would have run it, so no SEM code fits.
 */
export function queryFault(error: KqlError, query: string): ServiceFault {
  if (/syntax/.test(error.code)) {
    return badArgument({
      code: 'SyntaxError',
      message: 'A recognition error occurred in the query.',
      innererror: syntaxError(error, query),
    })
  }
  return badArgument({
    code: 'SemanticError',
    message: 'A semantic error occurred.',
    innererror: {
      code: innerCode(error.code),
      message: `${error.message.replace(/\.$/, '')}${placeText(error, query)}`,
    },
  })
}

function innerCode(code: string): string {
  if (code === 'kql/unsupported' || code.startsWith('local/')) return 'UnsupportedByEmulator'
  // SEM0100 is the code for a name that does not resolve; of the others the contract knows only the form.
  return /unknown/.test(code) ? 'SEM0100' : 'SEM0000'
}

function syntaxError(error: KqlError, query: string): InnerError {
  if (error.position === undefined) return { code: 'SYN0002', message: error.message }
  const { offset, length } = error.position
  const { line, pos } = lineOf(query, offset)
  const token = query.slice(offset, offset + length).split('\n')[0] ?? ''
  return {
    code: 'SYN0002',
    message: `Query could not be parsed at '${token}' on line [${line},${pos}]: ${error.message}`,
    line,
    pos,
    token,
  }
}

function placeText(error: KqlError, query: string): string {
  if (error.position === undefined) return ''
  const { line, pos } = lineOf(query, error.position.offset)
  return ` on line [${line},${pos}]`
}

/** Line from 1, column from 0. */
export function lineOf(query: string, offset: number): { line: number; pos: number } {
  const before = query.slice(0, offset).split('\n')
  return { line: before.length, pos: before.at(-1)?.length ?? 0 }
}
