import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { generateWeek } from '../../../samples/generator/generate.ts'
import type { Json, LogRecord } from '../../../samples/generator/logs.ts'
import { loadSchemaCatalogue } from '../../../src/schemas/index.ts'
import type { WorkspaceSchema } from '../../../src/domain/schema.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const tables = new Map(
  generateWeek()
    .logs.tables()
    .map(({ name, records }) => [name, records]),
)
const rows = (table: string): readonly LogRecord[] => tables.get(table) ?? []
const distinct = (table: string, column: string): Set<Json | undefined> =>
  new Set(rows(table).map((row) => row[column]))

/** Every text in a record, also inside objects and lists. */
function textsOf(value: Json): readonly string[] {
  if (typeof value === 'string') return [value]
  if (value === null || typeof value !== 'object') return []
  return Object.values(value).flatMap((inner: Json) => textsOf(inner))
}

describe('sample records', () => {
  let schema: WorkspaceSchema
  before(async () => {
    schema = await loadSchemaCatalogue(root)
  })

  it('are tens of thousands', () => {
    const count = [...tables.values()].reduce((sum, records) => sum + records.length, 0)
    assert.ok(count > 30_000, `${count} records`)
  })

  it('have only columns of their table', () => {
    for (const [name, records] of tables) {
      const known = new Set(schema.tables.get(name)?.columns.map((column) => column.name))
      const used = new Set(records.flatMap((record) => Object.keys(record)))
      assert.deepEqual(
        [...used].filter((column) => !known.has(column)),
        [],
        name,
      )
    }
  })

  it('lie in the week, but for what ends just after it', () => {
    for (const [name, records] of tables) {
      assert.ok((records[0]?.TimeGenerated ?? '') >= '2026-03-02T00:00:00', name)
      assert.ok((records.at(-1)?.TimeGenerated ?? '9') < '2026-03-09T00:30:00', name)
    }
  })

  it('name no address outside the documentation and private ranges', () => {
    const documentation = /^(192\.0\.2|198\.51\.100|203\.0\.113|10\.20|168\.63\.129)\./
    for (const [name, records] of tables) {
      const texts = records.flatMap((record) => textsOf(record))
      const addresses = texts.filter((text) => /^(\d{1,3}\.){3}\d{1,3}$/.test(text) && !text.endsWith('.0.0'))
      assert.deepEqual(
        [...new Set(addresses)].filter((text) => !documentation.test(text)).filter(isNoVersion),
        [],
        name,
      )
    }
  })

  it('name no person outside the invented companies', () => {
    for (const column of ['Caller', 'UserPrincipalName']) {
      for (const table of ['AzureActivity', 'BehaviorAnalytics', 'SigninLogs']) {
        for (const value of distinct(table, column)) {
          if (typeof value !== 'string' || !value.includes('@')) continue
          assert.match(value, /@(contoso|fabrikam)\.com$/i)
        }
      }
    }
  })
})

/** Four-part versions look like addresses. */
const isNoVersion = (text: string): boolean => !['1.31.1.0'].includes(text)

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

describe('AzureActivity records', () => {
  it('come in both spellings, with both families of statuses', () => {
    const operations = distinct('AzureActivity', 'OperationNameValue')
    assert.ok(operations.has('MICROSOFT.COMPUTE/VIRTUALMACHINES/RUNCOMMAND/ACTION'))
    assert.ok(operations.has('Microsoft.Compute/virtualMachines/runCommand/action'))
    const statuses = distinct('AzureActivity', 'ActivityStatusValue')
    for (const status of ['Start', 'Accept', 'Success', 'Failure', 'Started', 'Accepted', 'Succeeded', 'Failed']) {
      assert.ok(statuses.has(status), status)
    }
  })

  it('of one operation share a byte-identical, pretty-printed Authorization and have event ids of their own', () => {
    const operations = groupBy(rows('AzureActivity'), (row) => String(row['CorrelationId']))
    for (const records of operations.values()) {
      assert.equal(new Set(records.map((record) => record['Authorization'])).size, 1)
      assert.equal(new Set(records.map((record) => record['EventDataId'])).size, records.length)
    }
    assert.match(String(rows('AzureActivity')[0]?.['Authorization']), /^\{\n {2}"scope": /)
  })

  it('have callers that are users, service principals and nobody’s address', () => {
    const callers = [...distinct('AzureActivity', 'Caller')]
    assert.ok(callers.some((caller) => String(caller).includes('@')))
    assert.ok(callers.some((caller) => /^[0-9a-f]{8}-/.test(String(caller))))
    assert.ok(rows('AzureActivity').some((row) => row['CallerIpAddress'] === undefined))
  })
})

describe('Defender records', () => {
  it('spell the Run Command extension both ways', () => {
    const names = distinct('DeviceFileEvents', 'InitiatingProcessFileName')
    assert.ok(names.has('RunCommandExtension.exe'))
    assert.ok(names.has('runcommandextension.exe'))
  })

  it('name devices short and qualified, in capitals and cut to 15 characters', () => {
    const names = [...distinct('DeviceProcessEvents', 'DeviceName')]
    for (const name of [
      'vm-web-01.corp.contoso.com',
      'FS-Prod-01',
      'app-payroll-gat.corp.contoso.com',
      'prod-kubernetes-node-02',
    ]) {
      assert.ok(names.includes(name), name)
    }
  })

  it('give one process one creation time', () => {
    const powershells = rows('DeviceEvents').filter((row) =>
      /script\d+\.ps1$/.test(String(row['InitiatingProcessCommandLine'])),
    )
    const times = groupBy(powershells, (row) => `${String(row['DeviceId'])} ${String(row['InitiatingProcessId'])}`)
    for (const records of times.values()) {
      assert.equal(new Set(records.map((record) => record['InitiatingProcessCreationTime'])).size, 1)
    }
  })
})
