import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import Driver from 'libsql'
import { openLedger } from '../../../src/ledger/index.ts'
import { MIGRATIONS } from '../../../src/ledger/migrations/index.ts'
import { at } from '../../support/instants.ts'
import { outcomeOf, SLOT } from '../../support/outcomes.ts'
import { RULE_ID } from '../../support/rules.ts'
import { tempFolder } from '../../support/temp-folder.ts'

test('alerts of a ledger of schema 1 were raised at their slot, over the window of their run', (t) => {
  const path = join(tempFolder(t), 'hunt.db')
  writeSchema1(path)
  const ledger = openLedger(path)
  t.after(() => ledger.close())
  const [known] = ledger.incidents(RULE_ID, 'local', SLOT)
  assert.deepEqual(
    known?.incident.alerts.map(({ raisedAt, window }) => [raisedAt, window]),
    [[SLOT, { start: at('2026-02-28T23:55:00Z'), end: at('2026-03-01T23:55:00Z') }]],
  )
  const [owed] = ledger.pending()
  assert.deepEqual(owed?.delivery.incident.alerts[0]?.raisedAt, SLOT)
  assert.equal(owed?.delivery.incident.alerts[0]?.title, known?.incident.alerts[0]?.title)
})

/** A ledger as the first version left it: a run, its incident with one alert, and a delivery that is owed. */
function writeSchema1(path: string): void {
  const [incident] = outcomeOf().opened
  const [alert] = incident?.alerts ?? []
  assert.ok(incident !== undefined && alert !== undefined)
  const old = { ...alert, raisedAt: undefined, window: undefined }
  const driver = new Driver(path)
  driver.exec(MIGRATIONS[0] ?? '')
  driver.exec('PRAGMA application_id = 0x68756e74; PRAGMA user_version = 1')
  driver.exec(`INSERT INTO runs (run_id, rule_id, workspace, slot, window_override, attempt, status, started_at, window_start, window_end)
    VALUES (1, '${RULE_ID}', 'local', ${SLOT}, '', 1, 'complete', 0, ${at('2026-02-28T23:55:00Z')}, ${at('2026-03-01T23:55:00Z')})`)
  driver
    .prepare('INSERT INTO incidents VALUES (?, ?, ?, ?, 1, 0, NULL, ?)')
    .run(incident.id, RULE_ID, 'local', SLOT, JSON.stringify({ ...incident, alerts: undefined }))
  driver.prepare('INSERT INTO alerts VALUES (1, ?, 1, ?, ?)').run(alert.id, incident.id, JSON.stringify(old))
  const delivery = { key: `${incident.id}/opened`, reason: 'opened', incident: { ...incident, alerts: [old] } }
  driver
    .prepare('INSERT INTO outbox (sink, delivery_key, incident_id, delivery, next_attempt_at) VALUES (?, ?, ?, ?, 0)')
    .run('file', delivery.key, incident.id, JSON.stringify(delivery))
  driver.close()
}
