import type { Problem } from '../problem.ts'
import { boundProblems } from './bound-diagnostics.ts'
import type { QueryCheck } from './check.ts'

export const typeMismatch: QueryCheck = {
  id: 'type-mismatch',
  stage: 'query',
  summary: 'Operators and functions get values of a type that they take.',
  why: 'The service refuses such a query, or the comparison never holds. The language service is stricter than the service, so it is a warning, but for = where == belongs.',
  severity: { strict: 'error', lenient: 'error' },
  fails: { keys: 'query: "AzureActivity | where Caller = \'x\'"' },
  passes: { keys: 'query: AzureActivity | where TimeGenerated > ago(1h)' },
  run({ document }, query) {
    const text = document.query?.text ?? ''
    return boundProblems(query, text, (code) => code === 'type-mismatch').map((problem) => explained(problem, text))
  },
}

/** `where Caller = "x"`: KQL reads an assignment. */
const ASSIGNMENT = /^\s*\w+\s*=(?![=~])/

function explained(problem: Problem, text: string): Problem {
  const { at } = problem
  const place = at.kind === 'query' ? text.slice(at.offset, at.offset + at.length) : ''
  if (!ASSIGNMENT.test(place)) return { ...problem, isDoubtful: true }
  return { ...problem, hint: 'compare with ==, or without regard to case with =~; a single = gives a name' }
}
