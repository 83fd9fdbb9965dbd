import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { KqlError } from '../../../../src/domain/errors.ts'
import type { Engine } from '../../../../src/kql/index.ts'
import { testAnswers } from '../../../support/kql-answers.ts'
import { openTestEngine } from '../../../support/kql.ts'

testAnswers('decimals', [
  ['todecimal("12.50")', '12.5'],
  ['todecimal(0.1)', '0.1'],
  ['todecimal("x")', null],
  ['todecimal(real(nan))', null],
])

let engine: Engine
before(async () => {
  engine = await openTestEngine()
})
after(() => engine.close())

for (const expression of [
  'todecimal("1e25")',
  'todecimal(1e30)',
  'decimal(12345678901234567890123)',
  'decimal(1e20)',
]) {
  test(`refuses ${expression}, which the service has and the storage has not`, async () => {
    await assert.rejects(
      engine.query(`print v = ${expression}`),
      (error: unknown) => error instanceof KqlError && /more than 20 digits/.test(error.message),
    )
  })
}
