import assert from 'node:assert/strict'
import { test } from 'node:test'
import { budgetsOf } from '../../../src/cli/schedule-monitor.ts'
import { HUNTING_LIMITS, RequestBudget, SERVICE_LIMITS } from '../../../src/schedule/index.ts'
import { at } from '../../support/instants.ts'

test('the name of a rate says over which time its service counts', () => {
  const budget = new RequestBudget(SERVICE_LIMITS, {
    identityOf: (workspace) => workspace,
    serviceLimitsOf: (identity) => (identity === 'xdr' ? HUNTING_LIMITS : undefined),
  })
  const now = at('2026-03-02T12:00:00Z')
  for (const workspace of ['prod', 'xdr', 'xdr']) {
    budget.begin(workspace, now)
    budget.end(workspace)
  }
  assert.deepEqual(budgetsOf(budget, now), {
    queries_at_once: { used: 0, limit: 5 },
    queries_in_30s: { used: 1, limit: 200 },
    queries_at_once_2: { used: 0, limit: 5 },
    queries_in_60s_2: { used: 2, limit: 45 },
  })
})
