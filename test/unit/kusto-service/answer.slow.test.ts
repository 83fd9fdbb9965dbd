import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { readAnswer } from '../../../src/kusto-service/answer.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const HEAD = '{"tables":[{"name":"PrimaryResult","columns":[{"name":"s","type":"string"}],"rows":['
const MEGABYTE = Buffer.alloc(1024 * 1024, 'x')

/** What the reader takes of it before it has enough. */
function counted(start: string, piece: Buffer, pieces: number) {
  const taken = { megabytes: 0 }
  async function* chunks(): AsyncIterable<Uint8Array> {
    yield Buffer.from(start)
    for (; taken.megabytes < pieces; taken.megabytes += 1) yield piece
  }
  return { taken, chunks: chunks() }
}

test('a row that never ends is not read to its end', async (t) => {
  const { taken, chunks } = counted(`${HEAD}["`, MEGABYTE, 1000)
  const before = process.memoryUsage().rss
  await assert.rejects(readAnswer(chunks, tempFolder(t)), /a row of the answer is larger than any row/)
  assert.ok(taken.megabytes < 200, `${taken.megabytes} MB`)
  assert.ok(process.memoryUsage().rss - before < 500_000_000)
})

test('nor are rows that never end, and the disk has its room again', async (t) => {
  const row = '["' + 'y'.repeat(1000) + '"],'
  const rows = Buffer.from(row.repeat(Math.floor(MEGABYTE.length / row.length)))
  const { taken, chunks } = counted(HEAD, rows, 2000)
  const folder = tempFolder(t)
  await assert.rejects(readAnswer(chunks, folder), /the body is larger than any answer/)
  assert.ok(taken.megabytes < 520, `${taken.megabytes} MB`)
  assert.deepEqual(readdirSync(folder), [])
})
