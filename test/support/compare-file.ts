import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'

/** Compares a file with what it should be, byte by byte, holding neither; `from` says where the comparison begins. */
export async function assertFile(path: string, expected: Iterable<string>, from?: string): Promise<void> {
  const pieces = expected[Symbol.iterator]()
  let wanted = Buffer.alloc(0)
  let offset = 0
  let ended = false
  for await (let chunk of bytesFrom(path, from)) {
    while (chunk.length > 0 && !ended) {
      if (wanted.length === 0) {
        const next = pieces.next()
        ended = next.done === true
        wanted = Buffer.from(next.done === true ? '' : next.value)
        continue
      }
      const length = Math.min(chunk.length, wanted.length)
      if (!chunk.subarray(0, length).equals(wanted.subarray(0, length))) {
        assert.equal(
          chunk.toString('utf8', 0, 4000),
          wanted.toString('utf8', 0, 4000),
          `${path} differs after ${offset} bytes`,
        )
      }
      chunk = chunk.subarray(length)
      wanted = wanted.subarray(length)
      offset += length
    }
    // What follows the last piece is none of the comparison where it began in the middle of the file.
    if (ended && from === undefined) assert.equal(chunk.length, 0, `${path} goes on after ${offset} bytes`)
    if (ended) return
  }
  assert.deepEqual([wanted.length, pieces.next().done], [0, true], `${path} ends after ${offset} bytes`)
}

async function* bytesFrom(path: string, from: string | undefined): AsyncGenerator<Buffer> {
  let before = Buffer.alloc(0)
  let found = from === undefined
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    if (found) {
      yield chunk
      continue
    }
    before = Buffer.concat([before, chunk])
    const at = before.indexOf(from ?? '')
    if (at < 0) continue
    found = true
    yield before.subarray(at)
  }
  assert.ok(found, `${path} has no ${from}`)
}
