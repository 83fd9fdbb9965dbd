import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KqlError } from '../../src/domain/errors.ts'
import type { Engine } from '../../src/kql/index.ts'

/** A query and the whole table that it gives. */
export interface TableAnswer {
  readonly name: string
  readonly query: string
  /** Names with a blank between them, or `name:type` where types count. */
  readonly columns: string
  /** As JSON, in any order. */
  readonly rows: readonly string[]
}

export interface Refusal {
  readonly name: string
  readonly query: string
  readonly says: RegExp
  /** What stands at the place that the error names; absent where the place does not count. */
  readonly at?: string
}

/** One test a row; the engine may be opened later, by `before`. */
export function testTables(engine: () => Engine, answers: readonly TableAnswer[]): void {
  for (const { name, query, columns, rows } of answers) {
    test(name, async () => {
      const answer = await engine().query(query)
      const isTyped = columns.includes(':')
      const found = answer.columns.map((column) => (isTyped ? `${column.name}:${column.type}` : column.name))
      assert.equal(found.join(' '), columns)
      const cells = answer.rows.map((row) => JSON.stringify(row.map((cell) => (cell === null ? null : String(cell)))))
      assert.deepEqual(cells.sort(), [...rows].sort())
    })
  }
}

export function testRefusals(engine: () => Engine, refusals: readonly Refusal[]): void {
  for (const { name, query, says, at } of refusals) {
    test(`refused${at === undefined ? '' : ', with its place'}: ${name}`, async () => {
      await assert.rejects(engine().query(query), (error: unknown) => {
        assert.ok(error instanceof KqlError, String(error))
        assert.match(error.message, says)
        const rest = query.slice(error.position?.offset)
        assert.ok(rest.startsWith(at ?? ''), rest)
        return true
      })
    })
  }
}
