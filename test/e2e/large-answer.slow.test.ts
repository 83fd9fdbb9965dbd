import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { assertFile } from '../support/compare-file.ts'
import { finished, startHunt } from '../support/hunt.ts'
import { expectedCsv, expectedFindings, sendAnswer } from '../support/large-answers.ts'
import { scriptedServer } from '../support/scripted-server.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** As many as the service gives in one answer; `.ci/run`, which has twenty minutes for everything, sets HUNT_SHORT. */
const ROWS = process.env['HUNT_SHORT'] === '1' ? 100_000 : 500_000
const COUNT = ROWS.toLocaleString('en-US')

/** Of the whole process, Node.js and the libraries included. */
const MOST_BYTES = 300_000_000

const RULE_ID = '5239248b-abfb-4c6a-8177-b104ade5db99'
const RULE = `id: ${RULE_ID}
name: Everything
description: One row each
kind: Scheduled
severity: Medium
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [Execution]
relevantTechniques: [T1059]
query: DeviceEvents
version: 1.0.0
`

test(
  `hunt run over ${COUNT} rows changes no byte and stays below 300 MB`,
  { skip: process.platform !== 'linux' && 'the peak of a process is read from /proc' },
  async (t) => {
    const cwd = tempFolder(t)
    writeFileSync(join(cwd, 'rule.yaml'), RULE)
    const server = await scriptedServer((response) => void sendAnswer(response, ROWS))
    t.after(() => server.close())
    const env = {
      HUNT_ENDPOINT: server.url,
      HUNT_WORKSPACE_ID: '00000000-0000-4000-8000-000000000001',
      TMPDIR: tempFolder(t),
    }
    const child = startHunt(['run', 'rule.yaml', '--at', '2026-03-05'], { cwd, env })
    child.stdin.end()
    let peak = 0
    const watch = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), 100)
    const { code, stdout, stderr } = await finished(child)
    clearInterval(watch)
    assert.equal(code, 0, stderr)
    assert.match(stdout, new RegExp(`^Everything +Medium +${COUNT} +${COUNT} +0 +1 .* complete$`, 'm'))
    t.diagnostic(`the peak was ${Math.round(peak / 1e6)} MB`)
    assert.ok(peak > 30_000_000 && peak < MOST_BYTES, `the peak was ${Math.round(peak / 1e6)} MB`)
    assert.deepEqual(readdirSync(env.TMPDIR), [])
    const output = join(cwd, 'output')
    const folder = readdirSync(output).find((name) => name.endsWith(RULE_ID)) ?? ''
    const [csv = '', json = ''] = readdirSync(join(output, folder))
      .sort()
      .map((name) => join(output, folder, name))
    await assertFile(csv, expectedCsv(ROWS, RULE_ID, 'default'))
    await assertFile(json, expectedFindings(ROWS, RULE_ID, 'default'), '  "findings": [')
  },
)

/** Bytes; 0 for a process that has ended. The kernel keeps the peak, so nothing between two looks is missed. */
function peakOf(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
