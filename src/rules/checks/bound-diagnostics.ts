import type { Problem } from '../problem.ts'
import type { BoundQuery, QueryDiagnostic } from './bound-query.ts'

/**
 * The errors of the Kusto language service under the codes that are wanted, and what is wrong with a leg that a fuzzy union
 * goes on without: the query runs, and nobody hears of what that leg would have found.
 */
export function boundErrors(
  { diagnostics }: BoundQuery,
  text: string,
  isWanted: (code: string) => boolean,
): readonly QueryDiagnostic[] {
  const errors = diagnostics.filter(({ severity, leftOutLeg }) => severity === 'error' || leftOutLeg === 'faulty')
  return withoutWake(errors, text).filter(({ code }) => isWanted(code))
}

/** The same as problems of the query, in the words of the service. */
export function boundProblems(
  query: BoundQuery,
  text: string,
  isWanted: (code: string) => boolean,
): readonly Problem[] {
  return boundErrors(query, text, isWanted).map((error) => {
    const { message, hint, offset, length } = error
    const problem: Problem = {
      at: { kind: 'query', offset, length },
      message,
      ...(hint === undefined ? {} : { hint }),
    }
    return ofLeg(problem, error)
  })
}

/** A problem in the leg of a fuzzy union stops no rule. */
export function ofLeg(problem: Problem, { leftOutLeg }: QueryDiagnostic): Problem {
  if (leftOutLeg === undefined) return problem
  const message = `${problem.message.replace(/\.$/, '')}: the union goes on without this leg, so it finds nothing`
  return { ...problem, message, isDoubtful: true }
}

/**
 * Where the grammar breaks, the parser recovers somewhere and complains about what it meets there. So of a line with a
 * syntax error only the first one counts, and general complaints elsewhere do not.
 */
function withoutWake(errors: readonly QueryDiagnostic[], text: string): readonly QueryDiagnostic[] {
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length
  const broken = new Map<number, QueryDiagnostic>()
  for (const error of errors) {
    if (error.code !== 'kql-syntax') continue
    const line = lineOf(error.offset)
    const before = broken.get(line)
    if (before === undefined || error.offset < before.offset) broken.set(line, error)
  }
  if (broken.size === 0) return errors
  return errors.filter((error) => {
    const first = broken.get(lineOf(error.offset))
    return error === first || (first === undefined && error.code.startsWith('unknown-'))
  })
}
