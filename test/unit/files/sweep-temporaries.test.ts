import assert from 'node:assert/strict'
import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Instant } from '../../../src/domain/time.ts'
import { createSweeper, sweepTemporaries } from '../../../src/files/sweep-temporaries.ts'
import { TEMPORARY_SUFFIX } from '../../../src/files/write-atomically.ts'
import { fakeClock } from '../../support/instants.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const BEFORE = Date.parse('2026-03-02T00:00:00Z') as Instant
const fileOf = (path: string, instant: string): string => {
  writeFileSync(path, 'x')
  utimesSync(path, new Date(instant), new Date(instant))
  return path
}

test('removes old temporaries at any depth and nothing else', async (t) => {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'a', 'b'), { recursive: true })
  const old = fileOf(join(folder, 'a', 'b', `.x.json.0${TEMPORARY_SUFFIX}`), '2026-03-01T23:59:59Z')
  const young = fileOf(join(folder, `.x.json.1${TEMPORARY_SUFFIX}`), '2026-03-02T00:00:00Z')
  const result = fileOf(join(folder, 'a', 'x.json'), '2026-01-01T00:00:00Z')
  assert.deepEqual(await sweepTemporaries(folder, BEFORE), [old])
  assert.deepEqual([existsSync(old), existsSync(young), existsSync(result)], [false, true, true])
})

test('does not follow a link out of the folder', async (t) => {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'output'))
  mkdirSync(join(folder, 'elsewhere'))
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'output', 'link'))
  const other = fileOf(join(folder, 'elsewhere', `.x.0${TEMPORARY_SUFFIX}`), '2026-01-01T00:00:00Z')
  assert.deepEqual(await sweepTemporaries(join(folder, 'output'), BEFORE), [])
  assert.ok(existsSync(other))
})

test('a folder that does not exist has nothing to sweep', async (t) => {
  assert.deepEqual(await sweepTemporaries(join(tempFolder(t), 'none'), BEFORE), [])
})

test('a sweeper removes what is older than an hour, once a folder', async (t) => {
  const folder = tempFolder(t)
  const sweep = createSweeper(fakeClock(BEFORE))
  const name = join(folder, `.x.0${TEMPORARY_SUFFIX}`)
  const young = fileOf(join(folder, `.y.0${TEMPORARY_SUFFIX}`), '2026-03-01T23:00:00Z')
  fileOf(name, '2026-03-01T22:59:59Z')
  await sweep(folder)
  assert.deepEqual([existsSync(name), existsSync(young)], [false, true])
  fileOf(name, '2026-03-01T22:59:59Z')
  await sweep(folder)
  assert.ok(existsSync(name))
})
