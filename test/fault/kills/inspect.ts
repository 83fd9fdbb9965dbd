import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Driver from 'libsql'
import type { Incident } from '../../../src/domain/run.ts'
import { checkLedger } from '../../../src/ledger/index.ts'
import { seconds } from '../../../src/time/duration.ts'
import { systemClock } from '../../../src/time/system-clock.ts'
import { expectedRows, ledgerOf, SINKS } from './world.ts'
import type { World } from './world.ts'

/**
 * What must hold in every moment in which no process lives, however the last one ended: the ledger is sound, every file is
 * whole, no row has two incidents, and what the ledger knows is at each sink or on its way there.
 */
export function inspect(world: World): void {
  assertFilesWhole(world)
  const bySink = SINKS.map((sink) => incidentsAt(world, sink))
  for (const incidents of bySink) assertNothingTwice(incidents)
  withCopyOfLedger(world, (path) => {
    const { problems } = checkLedger(path, systemClock.now(), { busyTimeout: seconds(5) })
    assert.deepEqual(problems, [])
    assertNothingLost(path, bySink)
  })
}

/** What must hold once a last process has run to its end: every row of every rule is at every sink, exactly once. */
export function inspectEnd(world: World): void {
  inspect(world)
  const bySink = SINKS.map((sink) => incidentsAt(world, sink))
  for (const rule of world.rules) {
    const expected = expectedRows(world, rule)
    for (const incidents of bySink) {
      const ours = incidents.filter(({ ruleId }) => ruleId === rule.id)
      const findings = ours.flatMap(({ alerts }) => alerts.flatMap((alert) => alert.findingIds))
      assert.equal(new Set(findings).size, expected.length, `findings of ${rule.id}`)
      if (rule.isGrouping) continue
      assert.deepEqual(
        ours.map(({ title }) => title).sort(),
        expected.map((row) => `row ${row}`).sort(),
        `incidents of ${rule.id}`,
      )
    }
  }
  withCopyOfLedger(world, (path) => {
    const complete = rows(
      path,
      `SELECT rule_id AS rule, count(DISTINCT slot) AS slots FROM runs WHERE status = 'complete' AND slot IN (${world.slots.join()}) GROUP BY rule_id`,
    )
    assert.deepEqual(
      complete.map(({ rule, slots }) => [rule, slots]),
      world.rules.map(({ id }) => [id, world.slots.length]),
      'no slot lost',
    )
    assert.deepEqual(rows(path, 'SELECT entry_id AS entry FROM outbox WHERE settled_at IS NULL'), [], 'nothing waits')
  })
}

/** A copy: a connection of ours to the file itself would recover its log, and the next process would have nothing to do. */
function withCopyOfLedger(world: World, work: (path: string) => void): void {
  const ledger = ledgerOf(world)
  // Killed before it had made one.
  if (!existsSync(ledger)) return
  const folder = mkdtempSync(join(tmpdir(), 'hunt-copy-'))
  try {
    for (const suffix of ['', '-wal']) {
      if (existsSync(`${ledger}${suffix}`)) cpSync(`${ledger}${suffix}`, join(folder, `hunt.db${suffix}`))
    }
    if (tableCount(join(folder, 'hunt.db')) > 0) work(join(folder, 'hunt.db'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function tableCount(path: string): number {
  return Number(rows(path, 'SELECT count(*) AS tables FROM sqlite_schema')[0]?.['tables'])
}

function rows(path: string, sql: string): readonly Readonly<Record<string, unknown>>[] {
  const driver = new Driver(path)
  try {
    return (driver.prepare(sql).all({}) as Record<string, unknown>[]).map(({ _metadata, ...row }) => row)
  } finally {
    driver.close()
  }
}

function incidentsAt({ folder }: World, sink: string): readonly Incident[] {
  return filesUnder(join(folder, 'output', sink)).map(
    (path) => (JSON.parse(readFileSync(path, 'utf8')) as { incident: Incident }).incident,
  )
}

function assertNothingTwice(incidents: readonly Incident[]): void {
  const ids = incidents.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length, 'an incident has two files')
  const findings = incidents.flatMap(({ alerts }) => alerts.flatMap((alert) => alert.findingIds))
  assert.equal(new Set(findings).size, findings.length, 'a finding has two incidents')
}

function assertNothingLost(path: string, bySink: readonly (readonly Incident[])[]): void {
  const known = rows(path, 'SELECT incident_id AS id FROM incidents').map(({ id }) => String(id))
  for (const [index, sink] of SINKS.entries()) {
    const waiting = rows(path, `SELECT incident_id AS id FROM outbox WHERE sink = '${sink}' AND settled_at IS NULL`)
    const there = new Set([...waiting.map(({ id }) => String(id)), ...(bySink[index] ?? []).map(({ id }) => id)])
    assert.deepEqual(
      known.filter((id) => !there.has(id)),
      [],
      `incidents neither at ${sink} nor on their way`,
    )
  }
}

function assertFilesWhole({ folder }: World): void {
  for (const path of filesUnder(join(folder, 'output'))) {
    const text = readFileSync(path, 'utf8')
    if (path.endsWith('.json')) assert.doesNotThrow(() => JSON.parse(text), path)
    if (path.endsWith('.csv')) assert.ok(text.endsWith('\r\n'), path)
  }
}

/** Finished files: a killed writer may leave temporary ones, which their names tell apart. */
function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(json|csv)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}
