import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeFixtureFolder } from '../../../src/rule-tests/fixture-folder.ts'
import { tempFolder } from '../../support/temp-folder.ts'

test('rows are written with every value that YAML has: NaN and the infinities are no null', async (t) => {
  const row = { a: Number.NaN, b: -Infinity, c: 2n ** 64n, d: [Infinity, null], e: 1.5 }
  const folder = await writeFixtureFolder(new Map([['A_CL', { kind: 'rows', rows: [row] }]]), tempFolder(t))
  t.after(() => folder.remove())
  assert.equal(
    await readFile(join(folder.path, 'A_CL.ndjson'), 'utf8'),
    '{"a":"NaN","b":"-Infinity","c":18446744073709551616,"d":["Infinity",null],"e":1.5}\n',
  )
})
