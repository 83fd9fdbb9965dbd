import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PACKAGE_ROOT, finished } from '../support/hunt.ts'
import { assertFits } from '../support/schemas.ts'
import { tempFolder } from '../support/temp-folder.ts'

interface Report {
  readonly runs: readonly {
    readonly status: string
    readonly result: { readonly statistics: Record<string, number> }
  }[]
}

/** `npm start` as npm runs it, with an output folder of our own. */
async function start(output: string, env: Readonly<Record<string, string>> = {}): Promise<Report> {
  const script = join(PACKAGE_ROOT, 'scripts', 'start.mjs')
  const child = spawn(process.execPath, [script, '--output', output, '--json'], { env: { ...process.env, ...env } })
  child.stdin.end()
  const { stdout, stderr, code } = await finished(child)
  assert.equal(code, 0, stderr)
  const report: unknown = JSON.parse(stdout)
  assertFits('run-report.schema.json', report)
  return report as Report
}

const sum = ({ runs }: Report, name: string): number =>
  runs.reduce((total, { result }) => total + (result.statistics[name] ?? 0), 0)

function incidentFiles(output: string): readonly string[] {
  return readdirSync(join(output, 'incidents'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.json'))
    .sort()
}

test('npm start finds the attacks of the bundled week and opens incidents; a second start opens nothing', async (t) => {
  const output = join(tempFolder(t), 'output')
  const first = await start(output, { HUNT_SINKS: 'carrier-pigeon', HUNT_LEDGER: join(output, 'elsewhere.db') })
  assert.equal(first.runs.length, 6)
  assert.ok(first.runs.every(({ status }) => status === 'complete'))
  assert.ok(sum(first, 'newFindingCount') > 100)
  const opened = incidentFiles(output)
  assert.ok(opened.length > 10, `${opened.length}`)
  const report = join(output, 'reports', '20260302T000000Z-20260310T000000Z', 'report.html')
  assert.match(readFileSync(report, 'utf8'), /anomalous sign-in/)
  assert.deepEqual(
    readdirSync(output).filter((name) => name.endsWith('.db')),
    ['hunt.db'],
    'no ledger of a developer',
  )

  const second = await start(output)
  assert.equal(sum(second, 'findingCount'), sum(first, 'findingCount'))
  assert.equal(sum(second, 'newFindingCount'), 0)
  assert.equal(sum(second, 'incidentCount'), 0)
  assert.deepEqual(incidentFiles(output), opened)
})
