/** The fuzzer notices what it is there to notice: an engine that misbehaves stands in for ours. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InternalError, KqlError } from '../../../src/domain/errors.ts'
import type { Cell } from '../../../src/domain/kusto.ts'
import type { Engine } from '../../../src/kql/index.ts'
import { minimise } from '../../fuzz/minimise.ts'
import { constantFailure, fails, nameFailure, partitionFailure } from '../../fuzz/properties.ts'
import { Random } from '../../fuzz/random.ts'
import { mutate } from '../../fuzz/rule-files.ts'

function engineOf(answer: (text: string) => readonly (readonly Cell[])[]): Engine {
  const query = async (text: string) => ({
    columns: [{ name: 'x', type: 'long' as const }],
    rows: answer(text),
    tables: [],
  })
  return { query } as Partial<Engine> as Engine
}

test('an internal error and a crash are failures, a refusal is none', async () => {
  const throwing = (error: Error): Engine =>
    engineOf(() => {
      throw error
    })
  const bug = await fails(throwing(new InternalError({ code: 'internal/duckdb', message: 'row 7 of "T"' })), 'T')
  assert.equal(bug?.kind, 'internal/duckdb: row 0 of …')
  assert.match((await fails(throwing(new TypeError('x is not a function')), 'T'))?.kind ?? '', /^crash/)
  assert.equal(await fails(throwing(new KqlError({ code: 'kql/unsupported', message: 'no' })), 'T'), undefined)
})

test('rows that a condition loses, and answers that a name changes, are failures', async () => {
  const losing = engineOf((text) => [[text.includes('where true') ? 3n : 1n]])
  assert.equal(await partitionFailure(losing, 'T', 'x > 1'), undefined)
  const lost = engineOf((text) => [[text.includes('where true') ? 4n : 1n]])
  assert.equal((await partitionFailure(lost, 'T', 'x > 1'))?.kind, 'partition')
  const changing = engineOf((text) => [[text.includes('materialize') ? null : 1n]])
  assert.equal((await nameFailure(changing, 'T'))?.kind, 'materialize')
  const constant = engineOf((text) => [[text === 'print 1' ? 1n : 2n]])
  assert.equal((await constantFailure(constant, 'print 1', 'print a | project a'))?.kind, 'constant')
})

test('a failing query shrinks to what makes it fail', async () => {
  const pipeline = { source: 'T', operators: ['where a > 1', 'extend x = strcat("a", bad(b, "c"))', 'count'] }
  assert.equal(await minimise(pipeline, async (text) => text.includes('bad(')), 'T\n| extend x = bad(b, "c")')
})

test('a seed stands for one run', () => {
  const numbers = (seed: number): number[] => {
    const random = new Random(seed)
    return Array.from({ length: 5 }, () => random.integer(1000))
  }
  assert.deepEqual(numbers(7), numbers(7))
  assert.notDeepEqual(numbers(7), numbers(8))
  const bytes = Buffer.from('id: 1\nquery: T\n')
  assert.deepEqual(mutate(bytes, new Random(3)), mutate(bytes, new Random(3)))
})
