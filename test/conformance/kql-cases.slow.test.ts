/** What matched once must match: kql-cases.baseline.json may only grow (`run-cases.ts --record`). */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { BASELINE, loadCases, runCases, type Baseline } from './run-cases.ts'

const cases = loadCases()

test(
  'recorded answers of the real engine',
  { skip: cases === undefined ? '../shared/kql-cases is not here' : false },
  async () => {
    const { matched, wrong } = JSON.parse(readFileSync(BASELINE, 'utf8')) as Baseline
    const results = await runCases(cases ?? [])
    const outcomes = new Map(results.map(({ recorded, outcome, detail }) => [recorded.id, `${outcome} ${detail}`]))
    const lost = matched
      .filter((id) => !outcomes.get(id)?.startsWith('match'))
      .map((id) => `${id}: ${outcomes.get(id) ?? 'gone'}`)
    assert.deepEqual(lost, [], 'cases that matched before')
    const differing = results.filter(({ outcome }) => outcome === 'wrong' || outcome === 'accepted')
    assert.deepEqual(
      differing.map(({ recorded }) => recorded.id).filter((id) => !wrong.includes(id)),
      [],
      'cases that are silently wrong, beyond those in docs/kql-support.md',
    )
    const broken = results.filter(({ outcome }) => outcome === 'broken').map(({ recorded }) => recorded.id)
    assert.deepEqual(broken, [], 'cases that end in an error that is no refusal')
  },
)
