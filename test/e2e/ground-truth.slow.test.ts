import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createLocalBackend } from '../../src/backends/local/index.ts'
import type { Backend } from '../../src/domain/ports.ts'
import type { Rule } from '../../src/domain/rule.ts'
import type { Instant } from '../../src/domain/time.ts'
import { loadRules } from '../../src/rules/index.ts'
import { loadSchemaCatalogue } from '../../src/schemas/index.ts'
import { hours, days } from '../../src/time/duration.ts'
import { formatInstant, minus, plus } from '../../src/time/instant.ts'
import { windowAt } from '../../src/time/rule-times.ts'
import { defaultDelay } from '../../src/time/default-times.ts'
import { findingsIn } from '../support/findings.ts'
import { cellOf, instant, root, rowsByKey, search, truth, week } from '../support/ground-truth.ts'

describe('the rule pack over the sample week', () => {
  let backend: Backend
  let rules: ReadonlyMap<string, Rule>

  before(async () => {
    const schema = await loadSchemaCatalogue(root)
    backend = await createLocalBackend({ dataFolder: join(root, 'samples/data'), schema })
    const loaded = await loadRules(['queries'], { cwd: root, mode: 'strict' })
    assert.deepEqual(loaded.diagnostics, [])
    rules = new Map(loaded.rules.map((rule) => [rule.id, rule]))
  })
  after(() => backend.close())

  function ruleOf(id: string): Rule {
    const rule = rules.get(id)
    assert.ok(rule, `no rule ${id} under queries/`)
    return rule
  }

  for (const { name, id, key, expected } of truth.rules) {
    it(`${name}: gives its ${expected.length} rows in one run over the week, and no other`, async () => {
      const table = await search(backend, ruleOf(id), week.end, week)
      const rows = rowsByKey(table, key)
      assert.deepEqual([...rows.keys()].sort(), expected.map((finding) => finding.key).sort())
      for (const finding of expected) {
        const row = rows.get(finding.key)
        assert.ok(row)
        const cells = Object.keys(finding.cells).map((column) => [column, cellOf(table, row, column)])
        assert.deepEqual(Object.fromEntries(cells), finding.cells, `${name} ${finding.from} ${finding.key}`)
      }
    })
  }

  describe('in its slots', () => {
    for (const { name, id, key, frequency, expected } of truth.rules) {
      if (frequency === null) continue
      const step = frequency === '1d' ? days(1) : hours(1)
      it(`${name}: gives each row in its slot first, and the same row again or never`, async () => {
        const seen = new Map<string, string>()
        const first = new Map<string, string>()
        for (const slot of slotsToTry(expected, step)) {
          const rule = ruleOf(id)
          assert.ok(rule.kind === 'Scheduled')
          const table = await search(backend, rule, slot, windowAt(rule, slot, defaultDelay(rule)))
          for (const [rowKey, row] of rowsByKey(table, key)) {
            const text = row.map(String).join('\n')
            assert.equal(seen.get(rowKey) ?? text, text, `${name} ${rowKey} changes at ${formatInstant(slot)}`)
            seen.set(rowKey, text)
            if (!first.has(rowKey)) first.set(rowKey, formatInstant(slot))
          }
        }
        // Routine is tried in the slots of the stories only, so a routine row may first be met in a later slot than its own.
        for (const finding of expected.filter(({ from }) => from !== 'routine')) {
          assert.equal(first.get(finding.key), finding.slot, `${name} ${finding.from}`)
        }
        const unexpected = [...first.keys()].filter((rowKey) => !expected.some((finding) => finding.key === rowKey))
        assert.deepEqual(unexpected, [])
      })
    }
  })

  it('fills the entities of every finding', async () => {
    for (const { name, id } of truth.rules) {
      const rule = ruleOf(id)
      const { findings } = findingsIn(rule, 'local', await search(backend, rule, week.end, week))
      const problems = findings.flatMap(({ entityProblems }) => entityProblems)
      const reasons = new Set(problems.map(({ reason }) => reason))
      reasons.delete('empty-value')
      assert.deepEqual([...reasons], [], name)
      for (const { entities } of findings) {
        const types = new Set(entities.map(({ type }) => type))
        const wanted = rule.entityMappings.map(({ entityType }) => entityType).filter((type) => type !== 'IP')
        assert.deepEqual(
          wanted.filter((type) => !types.has(type)),
          [],
          name,
        )
      }
    }
  })

  it('tells a user by name, suffix and object id, and a service principal by its object id alone', async () => {
    const rule = ruleOf('153d6ecb-be59-4951-8c88-f9b04195bc8f')
    const table = await search(backend, rule, week.end, week)
    const accounts = findingsIn(rule, 'local', table).findings.flatMap(({ entities }) =>
      entities.filter(({ type }) => type === 'Account'),
    )
    for (const scenario of truth.scenarios.filter(
      ({ kind, id }) => kind === 'attack' && id !== 'managed-run-command',
    )) {
      for (const { caller } of scenario.operations) {
        const [account, suffix] = caller.split('@')
        const wanted = suffix === undefined ? { AadUserId: caller } : { Name: account, UPNSuffix: suffix }
        const found = accounts.find(({ identifiers }) =>
          Object.entries(wanted).every(([name, value]) => identifiers[name] === value),
        )
        assert.ok(found?.strong, `${scenario.id}: ${caller}`)
        assert.ok('AadUserId' in found.identifiers, `${scenario.id}: ${caller} has no object id`)
      }
    }
  })
})

/** The slots of the stories, and of each the one before and the one after; a daily rule's are all of them. */
function slotsToTry(
  expected: readonly { readonly slot: string | null; readonly from: string }[],
  step: ReturnType<typeof hours>,
): readonly Instant[] {
  const slots = new Set<Instant>()
  for (const { slot, from } of expected) {
    if (slot === null || from === 'routine') continue
    const own = instant(slot)
    slots.add(minus(own, step)).add(own).add(plus(own, step))
  }
  return [...slots].sort((a, b) => a - b)
}
