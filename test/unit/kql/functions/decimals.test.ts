import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { KqlError } from '../../../../src/domain/errors.ts'
import type { Engine } from '../../../../src/kql/index.ts'
import { testAnswers } from '../../../support/kql-answers.ts'
import { openTestEngine } from '../../../support/kql.ts'

testAnswers('decimals and guids', [
  ['todecimal("12.50")', '12.5'],
  ['todecimal(0.1)', '0.1'],
  ['todecimal("x")', null],
  ['todecimal(real(nan))', null],
  ['todecimal("1_000")', null],
  ['todecimal(" -.5e1 ")', '-5'],
  ['todecimal("1e-10")', '0.0000000001'],
  ['todecimal("3.14159265358979323846")', '3.141592653589793238'],
  ['tostring(decimal(2) / 8)', '0.25'],
  ['bin(decimal(-4.7), decimal(0.5))', '-5'],
  ['bin(7, decimal(2.5))', '5'],
  ['floor(decimal(4.7), 1)', '4'],
  ['bin(decimal(4.7), 0)', null],
  ['bin_at(decimal(4.7), 2, 1)', '3'],
  ['bin_at(decimal(-4.7), decimal(0.5), decimal(0.1))', '-4.9'],
  ['tobool(decimal(0.1))', true],
  ['tobool(decimal(0))', false],
  ['toguid("74be27de1e4e-49d9-b579-fe0b331d3642, and more")', '74be27de-1e4e-49d9-b579-fe0b331d3642'],
  ['toguid("74be-27de-1e4e-49d9-b579-fe0b331d3642")', null],
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
  'todecimal("1e-20")',
  '-decimal(1e-20)',
  'decimal(0.0000000001) * decimal(0.0000000001)',
  'decimal(1) / decimal(30000000000)',
  'tostring(decimal(1) / 3)',
]) {
  test(`refuses ${expression}, which the service has and the storage has not`, async () => {
    await assert.rejects(
      engine.query(`print v = ${expression}`),
      (error: unknown) =>
        error instanceof KqlError && /more than (20 digits before|1[78] digits after) the point/.test(error.message),
    )
  })
}
