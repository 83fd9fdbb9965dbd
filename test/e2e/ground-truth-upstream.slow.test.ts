import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createLocalBackend } from '../../src/backends/local/index.ts'
import type { Backend } from '../../src/domain/ports.ts'
import type { Rule } from '../../src/domain/rule.ts'
import { loadRules } from '../../src/rules/index.ts'
import { loadSchemaCatalogue } from '../../src/schemas/index.ts'
import { days } from '../../src/time/duration.ts'
import { plus } from '../../src/time/instant.ts'
import { windowAt } from '../../src/time/rule-times.ts'
import { defaultDelay } from '../../src/time/default-times.ts'
import { cellOf, root, search, truth, week } from '../support/ground-truth.ts'

const upstream = join(root, '../shared/seed-rules')

describe('the upstream originals over the sample week', { skip: !existsSync(upstream) }, () => {
  let backend: Backend
  let rules: readonly Rule[]

  before(async () => {
    const schema = await loadSchemaCatalogue(root)
    backend = await createLocalBackend({ dataFolder: join(root, 'samples/data'), schema })
    rules = (await loadRules([upstream], { cwd: root })).rules
  })
  after(() => backend.close())

  function ruleOf(id: string): Rule {
    const rule = rules.find((candidate) => candidate.id === id)
    assert.ok(rule, `no rule ${id} in ${upstream}`)
    return rule
  }

  for (const { id, name, rows, found, missed, scheduledRows } of truth.upstream) {
    it(`${name}: ${rows} rows, with ${found.length} of the attacks`, async () => {
      const table = await search(backend, ruleOf(id), week.end, week)
      assert.equal(table.rows.length, rows)
      const seen = table.rows.map((row) =>
        [cellOf(table, row, 'VirtualMachineName'), String(cellOf(table, row, 'StartTime')).slice(0, 19)].join(),
      )
      const hit = truth.scenarios
        .filter(
          ({ kind, operations }) =>
            kind === 'attack' &&
            operations.some(({ machine, time }) => seen.includes(`${machine},${time.slice(0, 19)}`)),
        )
        .map((scenario) => scenario.id)
      assert.deepEqual(hit.sort(), [...found].sort())
    })

    it(`${name}: misses what the page says`, () => {
      const ours = truth.rules.find((rule) => rule.id === id)?.expected ?? []
      const attacks = truth.scenarios.filter((scenario) => scenario.kind === 'attack').map((scenario) => scenario.id)
      const ourAttacks = attacks.filter((attack) => ours.some(({ from }) => from === attack))
      assert.deepEqual([...missed].sort(), ourAttacks.filter((attack) => !found.includes(attack)).sort())
    })

    if (scheduledRows === undefined) continue
    it(`${name}: ${scheduledRows} rows in its daily slots`, async () => {
      const rule = ruleOf(id)
      assert.ok(rule.kind === 'Scheduled')
      let sum = 0
      for (let day = 1; day <= 8; day++) {
        const slot = plus(week.start, days(day))
        sum += (await search(backend, rule, slot, windowAt(rule, slot, defaultDelay(rule)))).rows.length
      }
      assert.equal(sum, scheduledRows)
    })
  }
})
