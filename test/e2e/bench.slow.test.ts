import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { compareRows } from '../../bench/rules/hand-written.ts'
import { PACKAGE_ROOT, finished } from '../support/hunt.ts'
import { scheduledRule } from '../support/rules.ts'

interface Spread {
  readonly median: number
  readonly low: number
  readonly high: number
}

interface Measurement {
  readonly name: string
  readonly milliseconds: Spread
  readonly ratio?: Spread
  readonly itemsPerSecond?: number
  readonly peakBytes?: number
}

interface Document {
  readonly benchVersion: number
  readonly machine: { readonly node: string; readonly cpuCount: number }
  readonly sections: readonly {
    readonly name: string
    readonly races: readonly { readonly title: string; readonly measurements: readonly Measurement[] }[]
    readonly hint: { readonly of: string; readonly ratio: number; readonly hotSpots: readonly { share: number }[] }
  }[]
}

const bench = (...args: string[]) =>
  finished(spawn(process.execPath, [join(PACKAGE_ROOT, 'bench', 'run.mjs'), ...args], { cwd: PACKAGE_ROOT }))

test('the bench compares every section with its baseline, and says where the worst one spends its time', async () => {
  const tiny = [
    '--rounds',
    '1',
    '--rows',
    '200',
    '--rule',
    'suspicious-login-window',
    '--command',
    'list',
    '--scale',
    '0.002',
  ]
  const { stdout, stderr, code } = await bench('--quick', '--json', ...tiny)
  assert.equal(code, 0, stderr)
  const { benchVersion, machine, sections } = JSON.parse(stdout) as Document
  assert.equal(benchVersion, 1)
  assert.equal(machine.node, process.version)
  const contestants = sections.map(({ name, races }) => [
    name,
    ...races.map(({ measurements }) => measurements.map((measurement) => measurement.name)),
  ])
  assert.deepEqual(contestants, [
    ['start-up', ['node -e 0', 'hunt list']],
    [
      'rules',
      ['read_json of DuckDB', 'local backend'],
      ['hand-written SQL', 'generated SQL', 'KQL to SQL', 'whole query'],
    ],
    ['scale', ['hand-written SQL', 'generated SQL']],
    [
      'export',
      ['JSON.parse', 'hunt', '@azure/monitor-query'],
      ['JSON.parse, csv-stringify', 'hunt'],
      [
        'fetch, JSON.parse, csv-stringify',
        'hunt',
        '@azure/monitor-query, csv-stringify',
        'hunt, with findings, JSON and ledger',
      ],
      ['JSON.parse, JSON.stringify', 'hunt'],
    ],
    ['loading', ['yaml', 'loadRules']],
    [
      'tables',
      ['read_json with types', 'hunt', 'hunt, after hunt ingest'],
      ['read_json with types', 'hunt', 'hunt, after hunt ingest'],
    ],
  ])
  for (const { races, hint } of sections) {
    for (const { measurements } of races) {
      const [baseline, ...others] = measurements
      assert.equal(baseline?.ratio, undefined)
      for (const { ratio, milliseconds } of others) {
        // One round: the ratio is that of the two times.
        assert.ok(baseline !== undefined && ratio !== undefined)
        assert.equal(ratio.median, milliseconds.median / baseline.milliseconds.median)
      }
    }
    assert.ok(hint.hotSpots.length > 0 && hint.hotSpots.every(({ share }) => share > 0 && share <= 1), hint.of)
  }
  const exported = sections.find(({ name }) => name === 'export')?.races.flatMap(({ measurements }) => measurements)
  for (const { name, peakBytes, itemsPerSecond } of exported ?? []) {
    assert.ok(peakBytes !== undefined && peakBytes > 10 * 2 ** 20, `${name}: ${peakBytes} bytes`)
    assert.ok(itemsPerSecond !== undefined && itemsPerSecond > 0, name)
  }
})

test('the bench refuses what it does not know', async () => {
  const { stdout, stderr, code } = await bench('--only', 'exports')
  assert.equal(code, 2)
  assert.equal(stdout, '')
  assert.match(
    stderr,
    /error: --only is "exports", which is not one of start-up, rules, scale, export, loading, tables\n/,
  )
})

test('a baseline that gives other rows than the rule is no baseline', async (t) => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  t.after(() => {
    connection.closeSync()
    instance.closeSync()
  })
  const columns = [{ name: 'x', type: 'long' }] as const
  const sql = { text: 'SELECT range AS x FROM range(3)', parameters: [] }
  const compiled = { columns, places: [0], sql, isOrdered: false, tables: [] }
  const compare = (sql: string) => compareRows(connection, scheduledRule(), sql, compiled)
  assert.equal(await compare('SELECT range AS x FROM range(3) ORDER BY x DESC'), undefined)
  assert.match((await compare('SELECT range * 2 AS x FROM range(3)')) ?? '', /: 2 rows differ/)
  await assert.rejects(compare('SELECT range AS x FROM range(4)'), /gives 4 rows, but the rule 3/)
  await assert.rejects(compare('SELECT range AS y FROM range(3)'), /gives other columns than the rule: y/)
})
