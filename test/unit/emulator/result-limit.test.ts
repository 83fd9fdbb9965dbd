import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { limitResult } from '../../../src/emulator/result-limit.ts'
import { table } from '../../support/tables.ts'

const rows = table({ s: 'string', n: 'long' }, ['aaaa', 1n], ['éé', 2n], ['', 3n])

describe('limits of an answer', () => {
  const cases = [
    ['within both', { records: 3, bytes: 100 }, 3, undefined],
    ['by records', { records: 2, bytes: 100 }, 2, /limit of 2 records/],
    ['by bytes, counted as UTF-8 and eight for a number', { records: 9, bytes: 24 }, 2, /size limit of 24 bytes/],
    ['by bytes, one less', { records: 9, bytes: 23 }, 1, /size limit/],
    ['nothing fits', { records: 9, bytes: 1 }, 0, /size limit/],
  ] as const
  for (const [name, limits, count, message] of cases) {
    it(name, () => {
      const limited = limitResult(rows, limits)
      assert.equal(limited.table.rows.length, count)
      const inner = limited.error?.details?.[0]?.innererror
      assert.equal(inner?.code, message === undefined ? undefined : '-2133196797')
      if (message !== undefined) assert.match(inner?.message ?? '', message)
    })
  }
})
