import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { sampleFiles } from '../../../samples/generator/files.ts'

const samples = fileURLToPath(new URL('../../../samples', import.meta.url))

describe('the committed sample files', () => {
  const files = sampleFiles()

  it('are all that the generator makes, and nothing else', () => {
    const made = files.filter(({ path }) => path.startsWith('data/')).map(({ path }) => path.slice('data/'.length))
    assert.deepEqual(readdirSync(join(samples, 'data')).sort(), made.sort())
  })

  for (const file of files) {
    it(`${file.path} is what the generator makes`, () => {
      const committed = readFileSync(join(samples, file.path))
      // Compared unpacked: another zlib may pack the same text into other bytes.
      const text = (file.path.endsWith('.gz') ? gunzipSync(committed) : committed).toString('utf8')
      assert.ok(
        text === file.text,
        `samples/${file.path} is out of date; run "npm run samples" and look at what changed`,
      )
    })
  }

  it('carry no time and no system in their gzip headers, so that a new run changes no byte', () => {
    for (const { path, bytes } of files.filter((file) => file.path.endsWith('.gz'))) {
      assert.equal(bytes.readUInt32LE(4), 0, path)
      assert.equal(bytes[9], 255, path)
    }
  })
})
