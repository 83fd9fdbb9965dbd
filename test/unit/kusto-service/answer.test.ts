import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { describe, it } from 'node:test'
import { AnswerProblem, type AnswerProblemKind } from '../../../src/kusto-service/answer-problem.ts'
import { readAnswer as readAnswerWith } from '../../../src/kusto-service/answer.ts'

const readAnswer = (chunks: AsyncIterable<Uint8Array>) => readAnswerWith(chunks, tmpdir())

async function* pieces(text: string, size: number): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

const column = (name: string, type: string) => ({ name, type })

describe('an answer is read as it arrives', () => {
  const body = `{"statistics":{"query":{"executionTime":0.25}},"tables":[{"name":"PrimaryResult","columns":${JSON.stringify(
    [column('L', 'long'), column('S', 'string'), column('T', 'datetime')],
  )},"rows":[[9223372036854775807,"é\\u00e9😀\\n",null],[-1,"",\n"2026-03-02T10:00:00.1234567Z"]]}]}`
  for (const size of [1, 2, 3, 7, 64, 1 << 16]) {
    it(`in pieces of ${size} bytes`, async () => {
      const answer = await readAnswer(pieces(body, size))
      assert.deepEqual(answer.tables[0]?.rows, [
        [9223372036854775807n, 'éé😀\n', null],
        [-1n, '', '2026-03-02T10:00:00.1234567Z'],
      ])
      assert.deepEqual(answer.statistics, { query: { executionTime: 0.25 } })
      assert.equal(answer.error, undefined)
    })
  }

  it('with the rows before the columns, for JSON members have no order', async () => {
    const answer = await readAnswer(
      pieces('{"tables":[{"rows":[[1],[2]],"columns":[{"type":"long","name":"n"}],"name":"PrimaryResult"}]}', 5),
    )
    assert.deepEqual(answer.tables[0]?.rows, [[1n], [2n]])
  })

  it('with several tables', async () => {
    const table = (name: string) => `{"name":"${name}","columns":[{"name":"n","type":"int"}],"rows":[[1]]}`
    const answer = await readAnswer(pieces(`{"tables":[${table('PrimaryResult')},${table('Other')}]}`, 9))
    assert.deepEqual(
      answer.tables.map(({ name, rows }) => [name, rows.length]),
      [
        ['PrimaryResult', 1],
        ['Other', 1],
      ],
    )
  })

  it('with columns and no rows', async () => {
    const answer = await readAnswer(
      pieces('{"tables":[{"name":"PrimaryResult","columns":[{"name":"n","type":"int"}],"rows":[]}]}', 9),
    )
    assert.deepEqual(answer.tables[0]?.columns, [{ name: 'n', type: 'int' }])
    assert.deepEqual(answer.tables[0]?.rows, [])
  })
})

describe('what is no complete answer is named', () => {
  const rows: readonly (readonly [name: string, body: string, kind: AnswerProblemKind])[] = [
    ['nothing', '', 'empty'],
    ['a page', '\n  <html></html>', 'not-json'],
    ['words', 'Service Unavailable', 'not-json'],
    ['a document that ends early', '{"tables":[{"name":"PrimaryResult","columns":[],"rows":[[', 'cut'],
    ['a document without its last brace', '{"tables":[{"columns":[{"name":"n","type":"int"}],"rows":[[1]]}]', 'cut'],
    ['a second document', '{"tables":[{"columns":[],"rows":[]}]}{}', 'not-json'],
    ['an object of another kind', '{"value":[]}', 'unexpected-shape'],
    ['a list', '[1]', 'unexpected-shape'],
    ['a table without columns', '{"tables":[{"name":"x","rows":[]}]}', 'unexpected-shape'],
    ['an unknown column type', '{"tables":[{"columns":[{"name":"n","type":"int128"}],"rows":[]}]}', 'unexpected-shape'],
    ['a row that is too short', '{"tables":[{"columns":[{"name":"n","type":"int"}],"rows":[[]]}]}', 'unexpected-shape'],
    [
      'a cell of the wrong type',
      '{"tables":[{"columns":[{"name":"n","type":"int"}],"rows":[["x"]]}]}',
      'unexpected-shape',
    ],
  ]
  for (const [name, body, kind] of rows) {
    it(name, async () => {
      await assert.rejects(
        readAnswer(pieces(body, 11)),
        (error) => error instanceof AnswerProblem && error.kind === kind,
      )
    })
  }

  it('a stream that breaks', async () => {
    async function* broken(): AsyncIterable<Uint8Array> {
      yield Buffer.from('{"tables":')
      throw new Error('aborted')
    }
    await assert.rejects(readAnswer(broken()), (error) => error instanceof AnswerProblem && error.kind === 'cut')
  })
})
