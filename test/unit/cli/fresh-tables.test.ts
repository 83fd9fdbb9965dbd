import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createLocalBackend } from '../../../src/backends/local/index.ts'
import { withFreshTables } from '../../../src/cli/fresh-tables.ts'
import type { QueryRequest } from '../../../src/domain/ports.ts'
import { hours, minutes } from '../../../src/time/duration.ts'
import { minus } from '../../../src/time/instant.ts'
import { writeFiles } from '../../support/hunt.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { tempFolder } from '../../support/temp-folder.ts'

test('a slot that comes due while the engine is busy sees what was written until then; an earlier one reads nothing anew', async (t) => {
  const folder = tempFolder(t)
  const line = (time: string): string => `${JSON.stringify({ TimeGenerated: time, Row: 'r' })}\n`
  writeFiles(folder, { 'Events_CL.ndjson': line('2026-03-02T08:00:00Z') })
  const clock = fakeClock(at('2026-03-02T09:00Z'))
  const schema = { tables: new Map(), functions: new Map() }
  const local = createLocalBackend({ dataFolder: folder, schema: schema as never, clock, guard: undefined })
  const backend = withFreshTables(local, clock)
  t.after(() => backend.close())
  const rowsAt = async (slot: string): Promise<number> => {
    const now = at(slot)
    const window = { start: minus(now, hours(3)), end: minus(now, minutes(0)) }
    const request: QueryRequest = { query: 'Events_CL', window, now, workspace: 'local', timeout: minutes(1) }
    return [...(await backend.query(request, new AbortController().signal)).table.rows].length
  }
  assert.equal(await rowsAt('2026-03-02T09:00Z'), 1)
  appendFileSync(join(folder, 'Events_CL.ndjson'), line('2026-03-02T08:30:00Z'))
  clock.advance(hours(1))
  assert.equal(await rowsAt('2026-03-02T09:00Z'), 1, 'what is caught up goes on with the tables that are there')
  assert.equal(await rowsAt('2026-03-02T10:00Z'), 2)
})
