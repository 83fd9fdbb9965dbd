/** At the service's own limits: half a million rows, 64 MB. With small ones: unit/emulator/result-limit.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryBackend } from '../../src/backends/local/index.ts'
import { startEmulator } from '../../src/emulator/index.ts'
import { azureUnderTest } from '../support/azure-logs.ts'

test('a result beyond the limits is cut and said to be, by rows and by bytes', async (t) => {
  const backend = createMemoryBackend({ tables: new Map(), schema: { tables: new Map(), functions: new Map() } })
  const emulator = await startEmulator({ backend })
  t.after(async () => {
    await emulator.close()
    await backend.close()
  })
  const large = [
    ['range x from 1 to 3000000 step 1', 500_000],
    ['range x from 1 to 1000000 step 1 | extend text = strcat(x, strrep("abcdefgh", 1000))', 7990],
  ] as const
  for (const [query, rows] of large) {
    const result = await azureUnderTest(emulator.url).ask({ query })
    assert.equal(result.status, 'partial')
    assert.equal(result.partialError?.code, 'backend/result-truncated')
    assert.ok(Math.abs(result.table.rows.length - rows) < 10, `${result.table.rows.length} rows`)
  }
})
