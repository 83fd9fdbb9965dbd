import type { Problem } from '../problem.ts'
import type { BoundQuery } from './bound-query.ts'

/** What the Kusto language service says under one of the given codes, as problems of the query. */
export function boundProblems(query: BoundQuery, codes: readonly string[]): readonly Problem[] {
  return query.diagnostics
    .filter(({ code, severity }) => codes.includes(code) && severity === 'error')
    .map(({ message, hint, offset, length }) => ({
      at: { kind: 'query', offset, length },
      message,
      ...(hint === undefined ? {} : { hint }),
    }))
}
