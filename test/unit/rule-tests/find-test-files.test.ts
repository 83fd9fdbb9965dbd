import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { findTestFiles } from '../../../src/rule-tests/find-test-files.ts'
import { writeFiles } from '../../support/hunt.ts'
import { tempFolder } from '../../support/temp-folder.ts'

test('rule tests at any depth, sorted; rules, hidden folders and node_modules are left out', async (t) => {
  const folder = tempFolder(t)
  const names = [
    'b/rule.test.yaml',
    'a.test.yml',
    'a.yaml',
    '.git/x.test.yaml',
    'node_modules/p/x.test.yaml',
    'b/.old/x.test.yaml',
  ]
  writeFiles(folder, Object.fromEntries(names.map((name) => [name, ''])))
  assert.deepEqual(await findTestFiles(folder), [join(folder, 'a.test.yml'), join(folder, 'b', 'rule.test.yaml')])
})
