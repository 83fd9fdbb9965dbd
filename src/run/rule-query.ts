import type { QueryRequest } from '../domain/ports.ts'
import { runVariablesOf } from '../domain/run-variables.ts'
import type { RunRequest } from '../domain/run.ts'
import type { Duration } from '../domain/time.ts'

/**
 * What a run asks of its own workspace: runs, traces and comparisons must ask the same, or they answer about something else.
 *
 * @param timeout of a rule that says nothing of it
 */
export function ruleQuery(
  { rule, window, slot, workspace }: Pick<RunRequest, 'rule' | 'window' | 'slot' | 'workspace'>,
  timeout: Duration,
): QueryRequest {
  return {
    query: rule.query,
    window,
    now: slot,
    variables: runVariablesOf(rule, window),
    workspace,
    timeout: rule.timeout ?? timeout,
  }
}
