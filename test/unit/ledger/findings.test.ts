import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import Driver from 'libsql'
import { KNOWN } from '../../../src/ledger/findings.ts'
import { openLedger } from '../../../src/ledger/index.ts'
import { tempFolder } from '../../support/temp-folder.ts'

test('known findings are looked up by their whole key, each with one step', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  openLedger(path).close()
  const driver = new Driver(path)
  const plan = driver.prepare(`EXPLAIN QUERY PLAN ${KNOWN}`).all({ ids: '[]', rule: 'r', workspace: 'w' })
  driver.close()
  const steps = (plan as readonly { readonly detail: string }[]).map(({ detail }) => detail)
  assert.match(steps[0] ?? '', /^SCAN wanted/)
  assert.match(steps[1] ?? '', /^SEARCH findings USING PRIMARY KEY \(rule_id=\? AND workspace=\? AND finding_id=\?\)/)
})
