import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { KqlError } from '../../../src/domain/errors.ts'
import { queryFault } from '../../../src/emulator/kql-errors.ts'

const QUERY = 'AzureActivity\n| wher x == 1'
const at = (text: string) => ({ offset: QUERY.indexOf(text), length: text.length })
const innermost = (error: KqlError) => queryFault(error, QUERY).envelope.error.innererror

describe('an engine error in the service’s words', () => {
  it('a syntax error has line from 1, pos from 0, token', () => {
    const inner = innermost(new KqlError({ code: 'kql/syntax', message: 'no such operator', position: at('wher') }))
    assert.equal(inner?.code, 'SyntaxError')
    assert.deepEqual(inner.innererror, {
      code: 'SYN0002',
      message: "Query could not be parsed at 'wher' on line [2,2]: no such operator",
      line: 2,
      pos: 2,
      token: 'wher',
    })
  })
  const rows = [
    ['kql/unknown-column', 'SEM0100'],
    ['kql/unknown-table', 'SEM0100'],
    ['kql/type-mismatch', 'SEM0000'],
    ['kql/unsupported', 'UnsupportedByEmulator'],
    ['local/no-external-file', 'UnsupportedByEmulator'],
  ] as const
  for (const [code, expected] of rows) {
    it(`${code} is ${expected}`, () => {
      const inner = innermost(new KqlError({ code, message: 'm', position: at('x') }))
      assert.equal(inner?.code, 'SemanticError')
      assert.deepEqual(inner.innererror, { code: expected, message: 'm on line [2,7]' })
    })
  }
  it('without a position', () => {
    assert.equal(innermost(new KqlError({ code: 'kql/invalid', message: 'm' }))?.innererror?.message, 'm')
  })
})
