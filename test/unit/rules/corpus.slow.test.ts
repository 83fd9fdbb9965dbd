import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { loadRules, summarize } from '../../../src/rules/index.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const folders = ['../shared/corpus', '../shared/seed-rules']
const isThere = folders.every((folder) => existsSync(`${root}/${folder}`))
const skip = isThere ? false : 'the published rules of ../shared are not here'

test('every published rule loads as it is', { skip }, async (t) => {
  const { rules, diagnostics } = await loadRules(folders, { cwd: root, mode: 'lenient' })
  const refused = diagnostics.filter(({ severity, code }) => severity === 'error' || code === 'not-a-rule')
  const counts = new Map<string, number>()
  for (const { code } of diagnostics) counts.set(code, (counts.get(code) ?? 0) + 1)
  t.diagnostic(`${rules.length} rules loaded, ${refused.length} refused; ${JSON.stringify(summarize(diagnostics))}`)
  t.diagnostic([...counts].map(([code, count]) => `${code} ${count}`).join(', '))
  assert.deepEqual(
    refused.map(({ span, message }) => `${span.file}:${span.line} ${message}`),
    [],
  )
  assert.ok(rules.length >= 1171)
  assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length)
})

test('each word of each published query maps back to its place in the file', { skip }, async () => {
  const { rules } = await loadRules(folders, { cwd: root, mode: 'lenient' })
  for (const { query, source } of rules) {
    // A sample spread over the query: each position is found on its own.
    const words = [...query.matchAll(/\w+/g)]
    for (let index = 0; index < words.length; index += 1 + Math.floor(words.length / 12)) {
      const word = words[index]
      if (word === undefined) continue
      const { line, column, length } = source.querySpan(word.index, word[0].length)
      assert.equal(
        source.line(line).slice(column - 1, column - 1 + length),
        word[0],
        `${source.file}:${line}:${column}`,
      )
    }
  }
})

test('the three seed rules keep their ids and what they map', { skip }, async () => {
  const { rules } = await loadRules(['../shared/seed-rules'], { cwd: root })
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  const outline = (id: string) => {
    const rule = byId.get(id)
    return [rule?.kind, rule?.severity, rule?.entityMappings.map(({ entityType }) => entityType).join()]
  }
  assert.deepEqual(outline('5239248b-abfb-4c6a-8177-b104ade5db56'), ['Scheduled', 'Medium', 'Account,IP,Host'])
  assert.deepEqual(outline('11bda520-a965-4654-9a45-d09f372f71aa'), ['Scheduled', 'High', 'Account,IP'])
  assert.deepEqual(outline('55fbc363-6cc9-4201-bd68-d980b612082b'), ['Hunting', undefined, 'Account,IP'])
})
