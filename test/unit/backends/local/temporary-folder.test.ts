import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { TemporaryFolder, type TemporaryOwner } from '../../../../src/backends/local/temporary-folder.ts'
import { IncompleteError } from '../../../../src/domain/errors.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

const OWNER: TemporaryOwner = { host: 'my-host', pid: 12, isRunning: (pid) => pid === 7 }

test('what a killed process left is swept at the next start, and nothing else', async (t) => {
  const parent = tempFolder(t)
  const kept = [
    'hunt-tables-my_host-7-abcdef', // its process runs
    'hunt-tables-my_host-12-abcdef', // our own
    'hunt-tables-other-99-abcdef', // of another host that shares the folder
    'hunt-tables-abcdef', // of nobody who could be asked
    'hunt-tables-my_host-99', // no name that we give
  ]
  for (const name of [...kept, 'hunt-tables-my_host-99-abcdef']) {
    mkdirSync(join(parent, name))
    writeFileSync(join(parent, name, '0.csv'), 'a')
  }
  const folder = await TemporaryFolder.make(OWNER, parent)
  const names = readdirSync(parent).filter((name) => join(parent, name) !== folder.path)
  assert.deepEqual(names.sort(), kept.sort())
  assert.match(folder.path, /hunt-tables-my_host-12-\w{6}$/)
})

test('a temporary folder that cannot be made is said with its place and what decides it', async (t) => {
  const parent = join(tempFolder(t), 'absent')
  await assert.rejects(TemporaryFolder.make(OWNER, parent), (error) => {
    assert.ok(error instanceof IncompleteError)
    assert.equal(error.code, 'files/unwritable')
    assert.ok(error.message.includes(parent), error.message)
    assert.match(String(error.hint), /TMPDIR/)
    return true
  })
})
