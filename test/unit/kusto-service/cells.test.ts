import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cellReader, CellError } from '../../../src/kusto-service/cells.ts'
import type { Cell, KustoType } from '../../../src/domain/kusto.ts'

describe('a cell of the wire becomes the canonical cell', () => {
  const rows: readonly (readonly [name: string, type: KustoType, wire: unknown, cell: Cell])[] = [
    ['true', 'bool', true, true],
    ['a bool as 0', 'bool', 0, false],
    ['null bool', 'bool', null, null],
    ['ticks stay', 'datetime', '2026-03-02T10:00:00.1234567Z', '2026-03-02T10:00:00.1234567Z'],
    ['trailing zeros go', 'datetime', '2026-03-02T10:00:00.1230000Z', '2026-03-02T10:00:00.123Z'],
    ['a fraction of zeros goes', 'datetime', '2026-03-02T10:00:00.0000000Z', '2026-03-02T10:00:00Z'],
    ['null datetime is not 1970', 'datetime', null, null],
    ['a long beyond 2^53 as text', 'long', '9223372036854775807', 9223372036854775807n],
    ['a small long as number', 'long', -5, -5n],
    ['a large long that a number holds exactly', 'long', 2 ** 60, 2n ** 60n],
    ['int', 'int', -2147483648, -2147483648],
    ['real', 'real', 102.1, 102.1],
    ['real whose text is not canonical', 'real', '1.0', 1],
    ['real with exponent as text', 'real', '1E+20', 1e20],
    ['NaN', 'real', 'NaN', Number.NaN],
    ['infinity', 'real', 'Infinity', Number.POSITIVE_INFINITY],
    ['minus infinity', 'real', '-Infinity', Number.NEGATIVE_INFINITY],
    ['decimal keeps its digits', 'decimal', '79228162514264337593543950335', '79228162514264337593543950335'],
    ['decimal as number', 'decimal', 1.5, '1.5'],
    ['guid in lower case', 'guid', '74BE27DE-1E4E-49D9-B579-FE0B331D3642', '74be27de-1e4e-49d9-b579-fe0b331d3642'],
    ['text that looks like a number', 'string', '12', '12'],
    ['a string has no null', 'string', null, ''],
    ['dynamic stays text', 'dynamic', '{"a":1.10}', '{"a":1.10}'],
    ['dynamic scalar', 'dynamic', '12', '12'],
    ['dynamic null', 'dynamic', null, null],
    ['timespan with days and ticks', 'timespan', '-1.02:03:04.0000001', '-1.02:03:04.0000001'],
    ['timespan with trailing zeros', 'timespan', '00:00:01.5000000', '00:00:01.5'],
  ]
  for (const [name, type, wire, cell] of rows) it(name, () => assert.deepEqual(cellReader(type)(wire), cell))
})

describe('a value that the type does not allow is refused, and not shown', () => {
  const rows: readonly (readonly [name: string, type: KustoType, wire: unknown])[] = [
    ['text in an int', 'int', 'secret'],
    ['fraction in a long', 'long', 1.5],
    ['number in a datetime', 'datetime', 1],
    ['local time in a datetime', 'datetime', '2026-03-02T10:00:00'],
    ['object in a dynamic', 'dynamic', { secret: 1 }],
    ['word in a real', 'real', 'secret'],
    ['two in a bool', 'bool', 2],
  ]
  for (const [name, type, wire] of rows) {
    it(name, () => {
      assert.throws(
        () => cellReader(type)(wire),
        (error) => error instanceof CellError && error.message.includes(type) && !error.message.includes('secret'),
      )
    })
  }
})
