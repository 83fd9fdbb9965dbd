import assert from 'node:assert/strict'
import { parse } from 'csv-parse/sync'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { formatOf, type TableSource } from '../../../../src/backends/local/table-part.ts'
import { loadSchemaCatalogue } from '../../../../src/schemas/index.ts'
import { load } from './support.ts'

/** Public log records that nobody wrote for us: shared/sample-data and its SOURCES.md. */
const samples = fileURLToPath(new URL('../../../../../shared/sample-data', import.meta.url))
const options = { skip: existsSync(samples) ? false : 'no ../shared here' }
const { tables } = await loadSchemaCatalogue(fileURLToPath(new URL('../../../..', import.meta.url)))

function source(name: string, ...files: readonly string[]): TableSource {
  return {
    name,
    parts: files.map((file) => {
      const format = formatOf(file)
      assert.ok(format, file)
      return { kind: 'file', label: file, path: join(samples, file), ...format }
    }),
  }
}

test('exports load whole, under the schema of their table', options, async (t) => {
  const lab = 'azure-sentinel-training-lab'
  const cases: readonly (readonly [table: string, files: readonly string[], rows: number, last?: string])[] = [
    ['AzureActivity', [`${lab}/azureActivity_adele.csv`], 23, '2021-04-28T14:44:55'],
    ['AzureActivity', [`${lab}/azure_activity.csv`, `${lab}/azureActivity_adele.csv`], 348],
    ['SigninLogs', [`${lab}/sign-in_adelete.csv`, `${lab}/disable_accounts.csv`], 60],
    ['AuditLogs', [`${lab}/AuditLogs_Hunting.csv`], 5],
    ['AuditLogs', ['otrf-goldensaml/AADAuditEvents.json'], 4],
    ['OfficeActivity', [`${lab}/office_activity.csv`, `${lab}/office_activity_inbox_rule.csv`], 268],
    ['OfficeActivity', ['otrf-goldensaml/OfficeActivityEvents.json'], 1],
    ['OfficeActivity', ['msticpy/demo_exchange_data.csv'], 1334],
    ['CommonSecurityLog', [`${lab}/solarigate_CEFevent.csv`], 1],
    ['SecurityEvent', ['msticpy/processes_on_host.csv', 'msticpy/host_logons.csv'], 377],
    ['SecurityAlert', ['msticpy/alertlist.csv'], 189],
    ['Syslog', ['msticpy/syslog_data.csv'], 100],
    ['AzureNetworkAnalytics_CL', ['msticpy/az_net_flows.csv'], 460],
  ]
  for (const [table, files, rows, last] of cases) {
    await t.test(`${table} from ${files.map((file) => basename(file)).join(', ')}`, async () => {
      const schema = tables.get(table)
      const loaded = await load(source(table, ...files), { schema })
      assert.equal(loaded.rowCount, rows)
      assert.equal(loaded.rows.length, rows)
      // Every column of the schema is there under its own name and type, whatever the export called it.
      const types = new Map(loaded.stored.columns.map(({ name, type }) => [name, type]))
      for (const { name, type } of schema?.columns ?? []) assert.equal(types.get(name), type, name)
      assert.deepEqual(
        [...types.keys()].filter((name) => /\$table|\[UTC\]|_dynamic$/.test(name)),
        [],
      )
      if (last !== undefined) {
        const ticks = (await loaded.span())?.last ?? 0n
        assert.equal(new Date(Number((ticks - 621_355_968_000_000_000n) / 10_000n)).toISOString().slice(0, 19), last)
      }
    })
  }
})

test('a portal export keeps every cell', options, async () => {
  const file = 'azure-sentinel-training-lab/azureActivity_adele.csv'
  const records: Record<string, string>[] = parse(readFileSync(join(samples, file)), { bom: true, columns: true })
  const { rows } = await load(source('AzureActivity', file), { schema: tables.get('AzureActivity') })
  for (const [index, record] of records.entries()) {
    for (const column of [
      'OperationNameValue',
      'Authorization',
      'Claims',
      'Properties',
      'HTTPRequest',
      'Caller',
      '_ResourceId',
    ]) {
      assert.equal(rows[index]?.[column], record[column], `${column} of record ${index + 1}`)
    }
    for (const column of ['Authorization_d', 'Claims_d', 'Properties_d']) {
      const text = rows[index]?.[column]
      const expected = record[column] === '' ? null : JSON.parse(record[column] ?? '')
      assert.deepEqual(typeof text === 'string' ? JSON.parse(text) : null, expected, `${column} of record ${index + 1}`)
    }
  }
})

test('dynamic columns come as an object, as text and as null', options, async () => {
  const { rows } = await load(source('Events', 'elastic-integrations/m365_defender-test-device-excerpt.ndjson'))
  assert.equal(rows.length, 4)
  for (const { properties } of rows)
    assert.ok(typeof properties === 'string' && properties.startsWith('{'), String(properties))
})

test('every sample file loads as a table of its own, no row is lost', options, async (t) => {
  const files = readdirSync(samples, { recursive: true, encoding: 'utf8' }).filter(
    (file) => formatOf(file) !== undefined,
  )
  assert.ok(files.length > 40, String(files.length))
  for (const file of files) {
    await t.test(file, async () => {
      const loaded = await load(source('Sample', file))
      assert.equal(loaded.rowCount, expectedRows(file))
    })
  }
})

function expectedRows(file: string): number {
  const text = readFileSync(join(samples, file), 'utf8').replace(/^\uFEFF/, '')
  if (file.endsWith('.csv')) return parse(text, { skip_empty_lines: true }).length - 1
  try {
    const document: unknown = JSON.parse(text)
    if (Array.isArray(document)) return document.length
    return file.endsWith('az_mon_raw_query.json') ? rowsOfReply(document) : 1
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return text.split('\n').filter((line) => line.trim() !== '').length
  }
}

/** A saved answer of the query API stands for its rows. */
function rowsOfReply(document: unknown): number {
  const { tables } = document as { readonly tables: readonly { readonly rows: readonly unknown[] }[] }
  return tables[0]?.rows.length ?? 0
}
