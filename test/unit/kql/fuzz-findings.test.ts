/** What `npm run fuzz` found: each of these once gave an internal error or another answer. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Engine } from '../../../src/kql/index.ts'
import { openTestEngine } from '../../support/kql.ts'

let engine: Engine
before(async () => {
  engine = await openTestEngine()
})
after(() => engine.close())

const MIN = '(-9223372036854775807 - 1)'

const ANSWERS: readonly { kql: string; cells: readonly unknown[] }[] = [
  { kql: `print bin(${MIN}, 10)`, cells: [9223372036854775806n] },
  { kql: 'print bin(-7, 5), bin(7, 5), bin(5, 0)', cells: [-10n, 5n, null] },
  { kql: `print bin_at(${MIN}, 10, 0)`, cells: [9223372036854775806n] },
  { kql: `print abs(${MIN}), abs(-3)`, cells: [-(2n ** 63n), 3n] },
  { kql: 'print sin(real(-inf)), cos(real(+inf)), cot(real(+inf)), sin(real(null))', cells: [NaN, NaN, NaN, null] },
  { kql: 'print round(decimal(3.256), 2), round(3.25, 1), round(1234.5, -2)', cells: ['3.26', 3.3, 1200] },
  { kql: 'print split("a,b", ",", int(null))', cells: [null] },
  { kql: 'print d = decimal(1.5) | serialize | project c = row_cumsum(d)', cells: ['1.5'] },
  { kql: 'union (print x = hourofday(datetime(2020-01-01 05:00))), (print y = 1) | project x | where isnotnull(x)', cells: [5n] }, // prettier-ignore
  {
    kql: 'union (print x = hourofday(datetime(2020-01-01 05:00))), (print x = int(3)) | summarize sum(x)',
    cells: [8n],
  },
]

for (const { kql, cells } of ANSWERS) {
  test(kql, async () => {
    assert.deepEqual((await engine.query(kql)).rows, [cells])
  })
}

const REFUSED: readonly { kql: string; code: string }[] = [
  { kql: 'print series_outliers(dynamic([]), "tukey", 1.0, 0.1, 0.9, 1)', code: 'kql/unsupported' },
  { kql: 'print x = 0.1 | summarize binary_all_xor(x)', code: 'kql/unsupported' },
  { kql: 'datatable(r: real)[1e308, -1e308] | summarize stdevp(r)', code: 'kql/out-of-range' },
]

for (const { kql, code } of REFUSED) {
  test(`refused: ${kql}`, async () => {
    await assert.rejects(engine.query(kql), { code })
  })
}
