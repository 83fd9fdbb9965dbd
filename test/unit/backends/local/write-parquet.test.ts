import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createLocalBackend, writeParquet } from '../../../../src/backends/local/index.ts'
import { loadedAnswer } from '../../../../src/domain/loaded-answer.ts'
import { minutes } from '../../../../src/time/duration.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

test('rows without a value are rows', async (t) => {
  const [source, folder] = [join(tempFolder(t), 'rows.ndjson'), tempFolder(t)]
  const columns = [{ name: 'x', type: 'real' as const }]
  await writeFile(source, '{}\n{}\n')
  await writeParquet(source, columns, join(folder, 'A_CL.parquet'))
  const schema = { tables: new Map([['A_CL', { name: 'A_CL', columns }]]), functions: new Map() }
  const backend = createLocalBackend({ dataFolder: folder, schema })
  t.after(() => backend.close())
  const query = 'A_CL | summarize count(), countif(isnull(x))'
  const request = { query, window: undefined, now: undefined, workspace: 'local', timeout: minutes(1) }
  const { table } = loadedAnswer(await backend.query(request, new AbortController().signal))
  assert.deepEqual(table.rows, [[2n, 2n]])
})
