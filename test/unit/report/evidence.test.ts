import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { PeriodAlert } from '../../../src/domain/report.ts'
import { jsonPieces } from '../../../src/output/result-json.ts'
import { EVIDENCE_LIMITS, readEvidence } from '../../../src/report/evidence.ts'
import { outcomeOf } from '../../support/outcomes.ts'
import { namesTable } from '../../support/tables.ts'
import { tempFolder } from '../../support/temp-folder.ts'

/** A run's result file, and its alerts as the ledger has them. */
function run(t: TestContext, names: readonly string[], file = 'run.json') {
  const cwd = tempFolder(t)
  const outcome = outcomeOf({ table: namesTable(...names) })
  writeFileSync(join(cwd, file), [...jsonPieces(outcome)].join(''))
  const alerts = outcome.alerts.map((alert): PeriodAlert => ({
    alert: { ...alert, resultFile: file },
    incidentId: undefined,
    recordedAt: outcome.finishedAt,
  }))
  return { cwd, alerts, path: join(cwd, file) }
}

test('rows come from the result file, by the ids of the findings', async (t) => {
  const { cwd, alerts } = run(t, ['vm-1', 'vm-2'])
  const [evidence] = await readEvidence(alerts, cwd)
  assert.deepEqual(evidence?.columns, ['Name'])
  assert.deepEqual(evidence?.rows.flat().sort(), ['vm-1', 'vm-2'])
  assert.deepEqual([evidence?.of, evidence?.remark], [2, undefined])
})

test('rows of a partial run come from the file that has taken the place of its own', async (t) => {
  const { cwd, alerts } = run(t, ['vm-1', 'vm-2'])
  const partial = alerts.map((each) => ({ ...each, alert: { ...each.alert, resultFile: 'run.partial.json' } }))
  const [evidence] = await readEvidence(partial, cwd)
  assert.deepEqual([evidence?.rows.flat().sort(), evidence?.remark], [['vm-1', 'vm-2'], undefined])
})

test('no cell hides its row: line separators of Unicode stand in it as they are', async (t) => {
  const names = ['a\u2028b', 'c\u2029', '\u0085d', '"},\r\n{"id":"', '\u2028']
  const { cwd, alerts } = run(t, names)
  const [evidence] = await readEvidence(alerts, cwd)
  assert.deepEqual(evidence?.rows.flat().sort(), [...names].sort())
  assert.equal(evidence?.remark, undefined)
})

test('what is left out is counted: rows of an alert, characters of a cell', async (t) => {
  const { cwd, alerts } = run(t, [...Array.from({ length: 30 }, (_, n) => `vm-${n}`), 'x'.repeat(5000)])
  const limits = { ...EVIDENCE_LIMITS, rowsPerAlert: 31, cell: 100 }
  const [all] = await readEvidence(alerts, cwd, limits)
  assert.ok(all?.rows.flat().includes(`${'x'.repeat(100)}… (5000 characters)`))
  const [some] = await readEvidence(alerts, cwd)
  assert.deepEqual([some?.rows.length, some?.of, some?.remark], [10, 31, '10 of 31 rows'])
  const [none] = await readEvidence(alerts, cwd, { ...EVIDENCE_LIMITS, rows: 5 })
  assert.deepEqual([none?.rows.length, none?.remark], [0, 'the report shows 5 rows at most'])
  const [large] = await readEvidence(alerts, cwd, { ...EVIDENCE_LIMITS, text: 3 })
  assert.deepEqual([large?.rows.length, large?.remark], [0, 'the report would become too large'])
})

test('a file that is gone, damaged, another or a folder takes nothing down, and is said', async (t) => {
  const { cwd, alerts, path } = run(t, ['vm-1'])
  const remark = async (changes: Partial<PeriodAlert['alert']>): Promise<string | undefined> => {
    const changed = alerts.map((each) => ({ ...each, alert: { ...each.alert, ...changes } }))
    return (await readEvidence(changed, cwd))[0]?.remark
  }
  assert.match((await remark({ resultFile: 'gone.json' })) ?? '', /gone\.json is gone$/)
  assert.match((await remark({ resultFile: '.' })) ?? '', /cannot be read \(EISDIR\)$/)
  assert.match((await remark({ findingIds: ['f'.repeat(64)] })) ?? '', /no longer in the file/)
  const [, id = ''] =
    /"id":"([0-9a-f]{64})"/.exec([...jsonPieces(outcomeOf({ table: namesTable('vm-1') }))].join('')) ?? []
  writeFileSync(path, `    {"id":"${id}", half of it}\n`)
  assert.match((await remark({})) ?? '', /run\.json is damaged$/)
})

test('an alert without a file, or about an empty result, says so', async (t) => {
  const { cwd, alerts } = run(t, ['vm-1'])
  const { resultFile: _, ...rest } = alerts[0]?.alert ?? assert.fail()
  const without = alerts.map((each) => ({ ...each, alert: rest }))
  assert.equal((await readEvidence(without, cwd))[0]?.remark, 'its run wrote no file')
  const empty = alerts.map((each) => ({ ...each, alert: { ...each.alert, findingIds: [] } }))
  assert.equal((await readEvidence(empty, cwd))[0]?.remark, 'it is about an empty result')
})
