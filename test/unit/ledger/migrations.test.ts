import assert from 'node:assert/strict'
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import Driver from 'libsql'
import { checkLedger, openLedger } from '../../../src/ledger/index.ts'
import { MIGRATIONS } from '../../../src/ledger/migrations/index.ts'
import { hours, milliseconds, minutes } from '../../../src/time/duration.ts'
import { instantFromMillis, plus } from '../../../src/time/instant.ts'
import { runKey, SLOT } from '../../support/outcomes.ts'
import { tempFolder } from '../../support/temp-folder.ts'

/** Ledgers of earlier versions, filled by real runs; test/fixtures/ledgers/make.ts made them. */
const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'ledgers')
const fixtureOf = (version: number): string => join(FIXTURES, `version-${version}.db`)
const EARLIER = Array.from({ length: MIGRATIONS.length - 1 }, (_, n) => n + 1)
const AVAILABLE = [...EARLIER, MIGRATIONS.length].filter((version) => existsSync(fixtureOf(version)))

type Rows = Readonly<Record<string, unknown>>[]

/** All rows of all tables, in the columns that the given version knows. */
function rowsOf(path: string, columns?: ReadonlyMap<string, readonly string[]>): Map<string, Rows> {
  const driver = new Driver(path)
  try {
    const tables = columns ?? columnsOf(driver)
    return new Map(
      [...tables].map(([table, names]) => {
        const sql = `SELECT ${names.join(', ')} FROM ${table} ORDER BY ${names.join(', ')}`
        const rows = driver.prepare(sql).all({}) as Rows
        return [table, rows.map((row) => ({ ...row }))]
      }),
    )
  } finally {
    driver.close()
  }
}

function columnsOf(driver: InstanceType<typeof Driver>): ReadonlyMap<string, readonly string[]> {
  const sql = `SELECT t.name AS name, c.name AS field FROM sqlite_schema t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'`
  const columns = new Map<string, string[]>()
  for (const { name, field } of driver.prepare(sql).all({}) as { name: string; field: string }[]) {
    columns.set(name, [...(columns.get(name) ?? []), field])
  }
  return columns
}

/** `SELECT *` gives the driver's own `_metadata` too; columns are always named here. */
function keysOf(rows: Map<string, Rows>): ReadonlyMap<string, readonly string[]> {
  return new Map([...rows].map(([table, [first]]) => [table, Object.keys(first ?? {})]))
}

/** Members that a migration added to documents: the rest must be as it was. */
const ADDED: readonly string[] = ['raisedAt', 'window']

/** Rows with their JSON read, so that only its content counts, and without what migrations added to it. */
function documentsOf(tables: Map<string, Rows>): ReadonlyMap<string, readonly unknown[]> {
  const withoutAdded = (name: string, value: unknown): unknown => (ADDED.includes(name) ? undefined : value)
  const read = (value: unknown): unknown =>
    typeof value === 'string' && value.startsWith('{') ? (JSON.parse(value, withoutAdded) as unknown) : value
  const readRow = (row: object): unknown =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, read(value)]))
  return new Map([...tables].map(([table, rows]) => [table, rows.map(readRow)]))
}

test('every version before the present one has a ledger to migrate', () => {
  assert.deepEqual(
    EARLIER.filter((version) => !existsSync(fixtureOf(version))),
    [],
    'before a migration is added: node --import tsx test/fixtures/ledgers/make.ts',
  )
  assert.ok(AVAILABLE.includes(1))
})

for (const version of AVAILABLE) {
  test(`a ledger of version ${version} keeps everything when it is opened`, (t) => {
    const path = join(tempFolder(t), 'hunt.db')
    copyFileSync(fixtureOf(version), path)
    const before = rowsOf(path)
    for (const [table, rows] of before) {
      if (['runs', 'leases', 'findings', 'incidents', 'alerts', 'outbox'].includes(table))
        assert.ok(rows.length > 0, table)
    }
    openLedger(path).close()
    const filled = new Map([...before].filter(([, rows]) => rows.length > 0))
    assert.deepEqual(documentsOf(rowsOf(path, keysOf(filled))), documentsOf(filled))
    const { problems, ledgerVersion } = checkLedger(path, plus(SLOT, hours(4)), { busyTimeout: milliseconds(50) })
    assert.deepEqual([problems, ledgerVersion], [[], MIGRATIONS.length])
  })

  test(`a ledger of version ${version} still serves`, (t) => {
    const path = join(tempFolder(t), 'hunt.db')
    copyFileSync(fixtureOf(version), path)
    const findings = rowsOf(path).get('findings') ?? []
    const ledger = openLedger(path)
    t.after(() => ledger.close())
    for (const { rule_id: rule, workspace, finding_id: id } of findings) {
      const ruleId = String(rule)
      assert.equal(ledger.known(ruleId, String(workspace), [String(id)]).size, 1)
    }
    assert.ok(ledger.runs({}).some((run) => run.status === 'failed' && run.error?.code === 'backend/timeout'))
    const [waiting] = ledger.pending()
    assert.equal(waiting?.sink, 'down')
    assert.ok((waiting?.delivery.incident.alerts.length ?? 0) > 0)
    const afterLease = plus(SLOT, hours(6))
    const claim = ledger.claim(runKey({ ruleId: String(findings[0]?.['rule_id']) }), afterLease, minutes(5))
    assert.equal(claim.kind, 'claimed')
    const taken = ledger.take('down', instantFromMillis(Number.MAX_SAFE_INTEGER / 2), minutes(5))
    ledger.settle(taken?.id ?? 0, { location: 'x', duplicate: false }, afterLease)
    assert.equal(
      ledger.pending().some(({ id }) => id === taken?.id),
      false,
    )
  })
}
