import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { renderText, validateRules } from '../../../src/rules/index.ts'
import { formatDuration } from '../../../src/time/duration.ts'
import type { Rule } from '../../../src/domain/rule.ts'
import { exampleSchema } from './example-rule.ts'

/**
 * Each `broken/*.yaml` has a `.out`: what a lenient run says about it and what becomes of it, then what strict makes an error.
 * HUNT_UPDATE_GOLDEN=1 writes the outputs anew; read the difference before you commit it.
 */
const folder = fileURLToPath(new URL('../../fixtures/rules/broken', import.meta.url))
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

test('there are at least thirty broken files', () => {
  assert.ok(files.length >= 30)
})

for (const file of files) {
  test(`a broken file and what is said about it: ${file}`, async () => {
    const lenient = await validateRules([file], { cwd: folder, mode: 'lenient', schema: exampleSchema })
    const strict = await validateRules([file], { cwd: folder, mode: 'strict', schema: exampleSchema })
    const errors = strict.diagnostics.filter(({ severity }) => severity === 'error')
    const text = [
      renderText(lenient.diagnostics).trimEnd(),
      '',
      ...(lenient.rules.length === 0 ? ['lenient: no rule'] : lenient.rules.map((rule) => `lenient: ${outline(rule)}`)),
      strict.rules.length === 0 ? 'strict: no rule' : `strict: ${strict.rules.length} rule(s)`,
      ...errors.map(({ span, code }) => `  ${span.line}:${span.column} ${code}`),
    ]
    const actual = `${text.join('\n').trimStart()}\n`
    // Nothing that moves a cursor or changes a colour comes out, whatever stands in the file.

    assert.doesNotMatch(actual, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202e]/)
    const golden = join(folder, file.replace(/\.yaml$/, '.out'))
    if (process.env['HUNT_UPDATE_GOLDEN'] === '1') writeFileSync(golden, actual)
    assert.ok(existsSync(golden), `${golden} is missing`)
    assert.equal(actual, readFileSync(golden, 'utf8'))
  })
}

function outline(rule: Rule): string {
  const entities = rule.entityMappings.map(({ entityType, fieldMappings }) => {
    return `${entityType}(${fieldMappings.map(({ identifier, columnName }) => `${identifier}=${columnName}`).join()})`
  })
  const schedule =
    rule.kind === 'Hunting'
      ? []
      : [
          `every ${formatDuration(rule.queryFrequency)} over ${formatDuration(rule.queryPeriod)}`,
          `${rule.trigger.operator} ${rule.trigger.threshold}`,
        ]
  const parts = [
    rule.kind,
    rule.severity ?? 'no severity',
    ...schedule,
    ...rule.tactics,
    ...rule.techniques,
    ...entities,
  ]
  return `${JSON.stringify(rule.name.slice(0, 40))} ${parts.join(' · ')}`
}
