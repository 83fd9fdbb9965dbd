import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import Driver from 'libsql'
import { checkLedger, openLedger } from '../../src/ledger/index.ts'
import { MIGRATIONS } from '../../src/ledger/migrations/index.ts'
import { hours, seconds } from '../../src/time/duration.ts'
import { plus } from '../../src/time/instant.ts'
import { SLOT } from '../support/outcomes.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { bundleChild } from './bundle-child.ts'

const CHILD = bundleChild('migration-child')
const fixtureOf = (version: number): string =>
  join(import.meta.dirname, '..', 'fixtures', 'ledgers', `version-${version}.db`)

function versionOf(path: string): unknown {
  const driver = new Driver(path)
  try {
    return driver.pragma('user_version')
  } finally {
    driver.close()
  }
}

function countsOf(path: string): unknown {
  const { contents, problems } = checkLedger(path, plus(SLOT, hours(4)), { busyTimeout: seconds(5) })
  return [contents, problems.filter(({ severity }) => severity === 'error')]
}

/** 0: a ledger that is only being made. */
const FROM = [0, ...MIGRATIONS.keys()].filter((version) => version === 0 || existsSync(fixtureOf(version)))

for (const version of new Set(FROM)) {
  // One script a migration, and one for the version.
  const scripts = MIGRATIONS.length - version + 1
  for (let count = 1; count <= scripts; count++) {
    test(`killed after script ${count} of ${scripts} from version ${version}: the old ledger is whole, the next run brings it up to date`, (t) => {
      const path = join(tempFolder(t), 'hunt.db')
      if (version > 0) copyFileSync(fixtureOf(version), path)
      const before = version > 0 ? countsOf(path) : undefined
      const killed = spawnSync(process.execPath, [CHILD, path, String(count)], { encoding: 'utf8' })
      assert.equal(killed.signal, 'SIGKILL', killed.stderr)
      assert.deepEqual(versionOf(path), [{ user_version: version }])
      if (before !== undefined) assert.deepEqual(countsOf(path), before)
      openLedger(path).close()
      assert.deepEqual(versionOf(path), [{ user_version: MIGRATIONS.length }])
      if (before !== undefined) assert.deepEqual(countsOf(path), before)
    })
  }
}

test('the child would finish, and its migration is the real one', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  const ended = spawnSync(process.execPath, [CHILD, path, '0'], { encoding: 'utf8' })
  assert.deepEqual([ended.status, ended.stdout], [0, `${MIGRATIONS.length + 1}\n`])
  assert.deepEqual(versionOf(path), [{ user_version: MIGRATIONS.length }])
})
