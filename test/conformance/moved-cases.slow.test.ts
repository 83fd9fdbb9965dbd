/** Recorded cases written in other ways that mean the same; see moved-cases.ts. */
import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { createLocalBackend, writeParquet } from '../../src/backends/local/index.ts'
import { KqlError } from '../../src/domain/errors.ts'
import type { ResultTable } from '../../src/domain/kusto.ts'
import { loadedAnswer } from '../../src/domain/loaded-answer.ts'
import type { Engine } from '../../src/kql/index.ts'
import { minutes } from '../../src/time/duration.ts'
import { openTestEngine } from '../support/kql.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { difference, type RecordedCase } from './compare.ts'
import { withNamedConstants, withTables, type CaseOverTables } from './moved-cases.ts'
import { loadCases } from './run-cases.ts'

const SHARE = process.env['HUNT_SHORT'] === '1' ? 6 : 1

const cases = (loadCases() ?? []).filter((recorded, index) => recorded.class === 'rows' && index % SHARE === 0)
const skip = cases.length === 0 ? '../shared/kql-cases is not here' : false

/** They depend on more than their text: where the engine moves a filter below a join, it does so for constants. */
const OF_CONSTANTS_ALONE = new Set(['docs/join-innerunique-t03'])

let engine: Engine
before(async () => {
  engine = await openTestEngine()
})
after(() => engine.close())

/** In no order: a file promises none. */
const differs = (recorded: RecordedCase, table: ResultTable, isOrdered: boolean): string | undefined =>
  difference(isOrdered ? recorded : { ...recorded, ordered: false, unorderedArrays: true }, table)

async function matches(recorded: RecordedCase): Promise<boolean> {
  try {
    return differs(recorded, await engine.query(recorded.query), true) === undefined
  } catch (error) {
    // Refused cases are those of kql-cases.slow.test.ts.
    if (error instanceof KqlError) return false
    throw error
  }
}

test('constants behind names are the constants', { skip }, async () => {
  let answered = 0
  for (const recorded of cases) {
    if (OF_CONSTANTS_ALONE.has(recorded.id) || !(await matches(recorded))) continue
    for (const { way, query } of withNamedConstants(recorded)) {
      try {
        const found = differs(recorded, await engine.query(query), true)
        assert.equal(found, undefined, `${recorded.id} with constants in: ${way}\n${query}`)
        answered++
      } catch (error) {
        // Where nothing but a literal may stand, the service says no, too.
        if (!(error instanceof KqlError)) throw error
      }
    }
  }
  assert.ok(answered > 1500 / SHARE, `only ${answered} queries`)
})

test('rows in files are the rows', { skip }, async (t) => {
  const moved: CaseOverTables[] = []
  for (const recorded of cases) {
    if (!(await matches(recorded))) continue
    const first = moved.reduce((count, { tables }) => count + tables.length, 0)
    const over = await withTables(recorded, first, (query) => engine.query(query))
    if (over !== undefined) moved.push(over)
  }
  const folders = { lines: tempFolder(t), columnar: tempFolder(t) }
  for (const { name, columns, lines } of moved.flatMap(({ tables }) => tables)) {
    await writeFile(join(folders.lines, `${name}.ndjson`), lines)
    await writeParquet(join(folders.lines, `${name}.ndjson`), columns, join(folders.columnar, `${name}.parquet`))
  }
  for (const folder of Object.values(folders)) await compareOver(t, folder, moved)
  await rm(folders.lines, { recursive: true })
  assert.ok(moved.length > 500 / SHARE, `only ${moved.length} cases`)
})

async function compareOver(t: TestContext, dataFolder: string, moved: readonly CaseOverTables[]): Promise<void> {
  const tables = new Map(moved.flatMap(({ tables: own }) => own.map((table) => [table.name, table] as const)))
  const backend = createLocalBackend({ dataFolder, schema: { tables, functions: new Map() } })
  t.after(() => backend.close())
  const request = { window: undefined, now: undefined, workspace: 'local', timeout: minutes(1) }
  for (const { recorded, query } of moved) {
    const { table } = loadedAnswer(await backend.query({ ...request, query }, new AbortController().signal))
    assert.equal(differs(recorded, table, false), undefined, `${recorded.id} over ${dataFolder}\n${query}`)
  }
}
