import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Diagnostic } from '../../../src/domain/diagnostic.ts'
import type { Example, Mode } from '../../../src/rules/checks/check.ts'
import { CHECKS, validateRules } from '../../../src/rules/index.ts'
import { bytesOf, exampleSchema } from './example-rule.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hunt-checks-'))
})
after(() => rm(folder, { recursive: true }))

async function diagnosticsOf(example: Example, mode: Mode): Promise<readonly Diagnostic[]> {
  const file = join(folder, 'rule.yaml')
  const isMissing = 'bytes' in example && example.bytes.length === 0
  if (!isMissing) await writeFile(file, bytesOf(example))
  const path = isMissing ? 'no-such-folder' : 'rule.yaml'
  const { diagnostics, rules } = await validateRules([path], { cwd: folder, mode, schema: exampleSchema })
  // Duplicate ids and the like aside, the promise is: an error means no rule, and no error means a rule.
  if (mode === 'strict' && rules.length > 0 && diagnostics.every(({ code }) => code !== 'duplicate-id')) {
    assert.ok(diagnostics.every(({ severity }) => severity !== 'error'))
  }
  return diagnostics
}

for (const check of CHECKS) {
  test(`${check.id}: the failing example fails with the severity of the mode`, async () => {
    for (const mode of ['strict', 'lenient'] as const) {
      const found = (await diagnosticsOf(check.fails, mode)).filter(({ code }) => code === check.id)
      assert.ok(found.length > 0, `no ${check.id} in ${mode} mode`)
      for (const { severity, message, span } of found) {
        assert.equal(severity, check.severity[mode])
        assert.ok(!message.includes('\n') && message.length > 0)
        assert.ok(span.line >= 1 && span.column >= 1 && span.length >= 0)
      }
    }
  })

  test(`${check.id}: the passing example has no error at all`, async () => {
    const diagnostics = await diagnosticsOf(check.passes, 'strict')
    assert.deepEqual(
      diagnostics.filter(({ code, severity }) => code === check.id || severity === 'error'),
      [],
    )
  })
}

test('each check has an id of its own and one line of summary', () => {
  assert.equal(new Set(CHECKS.map(({ id }) => id)).size, CHECKS.length)
  for (const { id, summary, why } of CHECKS) {
    assert.match(id, /^[a-z]+(-[a-z]+)*$/)
    assert.match(summary, /^[^\n]+\.$/)
    assert.match(why, /^[^\n]+\.$/)
  }
})
