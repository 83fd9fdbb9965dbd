import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowsOf } from '../../../src/sinks/log-analytics/rows.ts'
import { at } from '../../support/instants.ts'
import { incidentOf } from '../../support/outcomes.ts'

test('an entity that is longer than a value may be hides no other', () => {
  const account = (name: string) => ({ type: 'Account', identifiers: { Name: name }, strong: false }) as const
  const incident = { ...incidentOf(), entities: [account('x'.repeat(70_000)), account('eve')] }
  const delivery = { key: 'k', reason: 'opened', incident } as const
  const [row] = rowsOf(delivery, at('2026-03-02T00:00:00Z')) as { readonly Entities: readonly { label: string }[] }[]
  assert.deepEqual(
    row?.Entities.map(({ label }) => label),
    ['eve'],
  )
})
