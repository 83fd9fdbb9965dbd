import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { IncompleteError } from '../../../src/domain/errors.ts'
import { Spool } from '../../../src/files/spool.ts'
import { tempFolder } from '../../support/temp-folder.ts'

test('what was appended is read again, any part in any order, and the file has no name', async (t) => {
  const folder = tempFolder(t)
  const spool = new Spool(folder)
  assert.deepEqual(readdirSync(folder), [], 'a crash from here on leaves nothing')
  const entries = ['first', '', 'thïrd'].map((text) => spool.append(Buffer.from(text)))
  assert.deepEqual(
    [...entries].reverse().map((entry) => spool.read(entry).toString()),
    ['thïrd', '', 'first'],
  )
  const buffer = Buffer.alloc(8)
  assert.deepEqual(
    entries.map((entry) => spool.read(entry, buffer).toString()),
    ['first', '', 'thïrd'],
  )
  spool.close()
  spool.close()
  assert.throws(() => spool.read(entries[0] ?? { start: 0, length: 1 }), /after they were given back/)
})

test('a folder that is not there is a failure of files', async (t) => {
  const folder = join(tempFolder(t), 'missing')
  assert.throws(
    () => new Spool(folder),
    (error) => error instanceof IncompleteError && error.code === 'files/unwritable',
  )
})
