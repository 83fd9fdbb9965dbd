import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answerText } from '../../../src/emulator/answer-text.ts'
import { table } from '../../support/tables.ts'
import { ALL_TYPES, EMPTY } from '../../support/table-backend.ts'

describe('the text of an answer', () => {
  it('has the service’s encodings, byte for byte', () => {
    assert.equal(
      [...answerText({ table: ALL_TYPES })].join(''),
      '{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated","type":"datetime"},{"name":"B","type":"bool"},' +
        '{"name":"I","type":"int"},{"name":"L","type":"long"},{"name":"R","type":"real"},{"name":"M","type":"decimal"},' +
        '{"name":"S","type":"string"},{"name":"T","type":"timespan"},{"name":"G","type":"guid"},{"name":"D","type":"dynamic"}],"rows":[' +
        '["2026-03-02T10:00:00.1234567Z",true,2147483647,9223372036854775807,1.7976931348623157e+308,' +
        '"79228162514264337593543950335","tab\\t\\"quote\\" \\\\ é 😀 \u2028 </script>","1.02:03:04.0000001",' +
        '"74be27de-1e4e-49d9-b579-fe0b331d3642","{\\"a\\":12345678901234567890,\\"b\\":[1.10,null]}"],' +
        '["2026-03-02T10:00:00.5Z",false,-2147483648,-9223372036854775808,"NaN","0.1000000000000000000000000001","",' +
        '"-00:00:00.5","00000000-0000-0000-0000-000000000000","12"],' +
        '["2026-03-02T10:00:00Z",null,null,9007199254740993,"Infinity","-5","12","00:00:00",null,"bare"],' +
        '[null,true,0,0,"-Infinity",null,"null",null,null,null],' +
        '["2026-03-03T10:00:00Z",null,1,null,null,"1","later",null,null,"[]"]]}]}',
    )
  })
  it('keeps the columns of an empty result', () => {
    assert.match([...answerText({ table: EMPTY })].join(''), /"columns":\[\{.+\}\],"rows":\[\]\}\]\}$/)
  })
  it('carries statistics, render and error beside the tables', () => {
    const text = [
      ...answerText({ table: EMPTY, statistics: { query: {} }, error: { code: 'PartialError', message: 'm' } }),
    ].join('')
    assert.deepEqual(Object.keys(JSON.parse(text) as object), ['tables', 'statistics', 'error'])
  })
  it('comes in pieces, none of which holds all rows', () => {
    const rows = Array.from({ length: 2500 }, (_, index) => [BigInt(index)])
    const pieces = [...answerText({ table: table({ n: 'long' }, ...rows) })]
    assert.equal(pieces.length, 3)
    const parsed = JSON.parse(pieces.join('')) as { tables: [{ rows: number[][] }] }
    assert.deepEqual(
      parsed.tables[0].rows,
      rows.map(([n]) => [Number(n)]),
    )
  })
})
