import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { originalPosition, queryText } from '../../../src/kusto-service/query-text.ts'
import { hours } from '../../../src/time/duration.ts'
import { at } from '../../support/instants.ts'

describe('queryText', () => {
  it('makes now() mean the slot, on a line of its own', () => {
    assert.equal(
      queryText('T\n| take 1', at('2026-03-02T00:00:00Z')).text,
      'set query_now = datetime(2026-03-02T00:00:00Z);\nT\n| take 1',
    )
  })
  it('binds the variables of the run that the query names, in the same line', () => {
    const variables = {
      _startTime: at('2026-03-01T00:00:00Z'),
      _endTime: at('2026-03-02T00:00:00Z'),
      _queryPeriod: hours(24),
    }
    const query = 'T | where TimeGenerated > _startTime // _endTime\n| extend x = "_endTime", y = _queryPeriod'
    const { text, prefixLines } = queryText(query, at('2026-03-02T00:05:00Z'), variables)
    assert.equal(
      text,
      `set query_now = datetime(2026-03-02T00:05:00Z); let _startTime = datetime(2026-03-01T00:00:00Z); let _queryPeriod = 86400000ms;\n${query}`,
    )
    assert.equal(prefixLines, 1)
    assert.equal(queryText('let _startTime = now();\nT | where x > _startTime', undefined, variables).prefixLines, 0)
    assert.equal(queryText('T | where x > _queryFrequency', undefined, variables).prefixLines, 0)
  })
  it('leaves the query alone without a slot', () => {
    assert.equal(queryText('T', undefined).text, 'T')
  })
})

describe('a position of the service becomes one of the original', () => {
  const query = 'T\n| where é == 1\r\n| wher x'
  const rows = [
    ['behind the prefix', true, 4, 2, 'wher', { offset: 20, length: 4 }],
    ['without a prefix', false, 3, 2, 'wher', { offset: 20, length: 4 }],
    ['a token that is not there has no length', true, 4, 2, 'other', { offset: 20, length: 0 }],
    ['at the end of the text', true, 4, 8, '<EOF>', { offset: 26, length: 0 }],
    ['without a token, the word there', true, 3, 2, undefined, { offset: 4, length: 5 }],
    ['inside the prefix', true, 1, 3, 'x', undefined],
    ['behind the last line', true, 9, 0, 'x', undefined],
    ['behind the end of its line', true, 2, 40, 'x', undefined],
  ] as const
  for (const [name, prefixed, line, pos, token, expected] of rows) {
    it(name, () => {
      const text = queryText(query, prefixed ? at('2026-03-02T00:00:00Z') : undefined)
      assert.deepEqual(originalPosition(text, line, pos, token), expected)
      if (expected !== undefined && expected.length > 0) {
        assert.equal(query.slice(expected.offset, expected.offset + expected.length), token ?? 'where')
      }
    })
  }
})
