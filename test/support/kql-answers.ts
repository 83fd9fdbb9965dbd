import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Cell } from '../../src/domain/kusto.ts'
import { openEngine, type Engine } from '../../src/kql/index.ts'
import { systemClock } from '../../src/time/system-clock.ts'

/** A KQL expression and the cell that `print` gives for it. */
export type Answer = readonly [expression: string, cell: Cell]

/** One test a row, all on one engine. */
export function testAnswers(family: string, rows: readonly Answer[]): void {
  let engine: Engine
  before(async () => {
    engine = await openEngine({
      readableFolders: [],
      schema: { tables: new Map(), functions: new Map() },
      now: () => systemClock.now(),
    })
  })
  after(() => engine.close())
  for (const [expression, cell] of rows) {
    test(`${family}: ${expression}`, async () => {
      const { rows: answer } = await engine.query(`print v = ${expression}`)
      assert.deepEqual(answer, [[cell]])
    })
  }
}
