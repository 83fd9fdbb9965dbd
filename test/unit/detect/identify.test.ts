import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResultTable } from '../../../src/domain/kusto.ts'
import { findingsIn } from '../../support/findings.ts'
import { scheduledRule } from '../../support/rules.ts'

const rule = scheduledRule({ identityColumns: ['CorrelationId', 'Script'] })

function runs(...rows: readonly (readonly [correlation: string, script: string, prevalence: number])[]): ResultTable {
  return {
    columns: [
      { name: 'CorrelationId', type: 'string' },
      { name: 'Script', type: 'string' },
      { name: 'Prevalence', type: 'real' },
    ],
    rows,
  }
}

function idsOf(table: ResultTable, of = rule): readonly string[] {
  return findingsIn(of, 'local', table).findings.map(({ id }) => id)
}

test('a row whose other columns changed with the window is the same finding', () => {
  assert.deepEqual(idsOf(runs(['a', 's', 1.5])), idsOf(runs(['a', 's', 20])))
  assert.notDeepEqual(idsOf(runs(['a', 's', 1.5])), idsOf(runs(['b', 's', 1.5])))
})

test('without an identity all columns count', () => {
  const byAll = scheduledRule()
  assert.notDeepEqual(idsOf(runs(['a', 's', 1.5]), byAll), idsOf(runs(['a', 's', 20]), byAll))
})

test('rows that share an identity and differ elsewhere are findings of their own, and this is said', () => {
  const { findings, warnings } = findingsIn(rule, 'local', runs(['a', 's', 1], ['b', 's', 1], ['a', 's', 2]))
  assert.equal(new Set(findings.map(({ id }) => id)).size, 3)
  assert.deepEqual(warnings, [
    'queries/rare-script.yaml:20: 2 of 3 rows share hunt.identity (CorrelationId, Script) with a row that differs elsewhere; ' +
      'all columns count for these, so name one more column that tells them apart',
  ])
  assert.equal(findings[1]?.id, idsOf(runs(['b', 's', 7]))[0])
})

test('rows that are equal in all columns are one finding with the id of their identity', () => {
  const { findings, notes } = findingsIn(rule, 'local', runs(['a', 's', 1], ['a', 's', 1]))
  assert.deepEqual(
    findings.map(({ id }) => id),
    idsOf(runs(['a', 's', 5])),
  )
  assert.deepEqual(notes, ['1 of 2 result rows only repeats another row'])
})

test('where the result lacks a column of the identity, all columns count and the place is named', () => {
  const lacking = scheduledRule({ identityColumns: ['CorrelationId', 'DeviceId'] })
  const { findings, warnings } = findingsIn(lacking, 'local', runs(['a', 's', 1], ['a', 's', 2]))
  assert.equal(findings.length, 2)
  assert.deepEqual(warnings, [
    'queries/rare-script.yaml:20: hunt.identity names "DeviceId", which the result does not have; all columns count instead',
  ])
})
