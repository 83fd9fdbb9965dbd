import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createResultWriter } from '../../src/output/index.ts'
import { executeRun } from '../../src/run/index.ts'
import { azureUnderTest } from '../support/azure-logs.ts'
import { assertFile } from '../support/compare-file.ts'
import { expectedCsv, expectedFindings, sendAnswer } from '../support/large-answers.ts'
import { scheduledRule } from '../support/rules.ts'
import { runRequest, testPorts } from '../support/run-ports.ts'
import { scriptedServer } from '../support/scripted-server.ts'
import { tempFolder } from '../support/temp-folder.ts'

const ROWS = 20_000

test('a large answer becomes CSV and JSON without a changed byte, is known afterwards, and leaves nothing behind', async (t) => {
  const [output, spools] = [tempFolder(t), tempFolder(t)]
  const server = await scriptedServer((response) => void sendAnswer(response, ROWS))
  t.after(() => server.close())
  const { backend, clock } = azureUnderTest(server.url, { spoolFolder: spools })
  const rule = scheduledRule()
  const ports = { ...testPorts(), backend, writer: createResultWriter({ folder: output, clock }) }
  const request = { ...runRequest(rule), workspace: 'contoso' }
  const { signal } = new AbortController()

  const outcome = await executeRun(request, ports, signal)
  assert.deepEqual(
    [outcome.status, outcome.statistics.rowCount, outcome.statistics.newFindingCount, outcome.opened.length],
    ['complete', ROWS, ROWS, 1],
  )
  const [alert] = outcome.alerts
  assert.deepEqual([alert?.findingCount, alert?.findingIds.length], [ROWS, 10_000])
  const [folder = ''] = readdirSync(output)
  const names = readdirSync(join(output, folder)).sort()
  assert.equal(names.length, 2)
  const [csv = '', json = ''] = names.map((name) => join(output, folder, name))
  await assertFile(csv, expectedCsv(ROWS, rule.id, 'contoso'))
  await assertFile(json, expectedFindings(ROWS, rule.id, 'contoso'), '  "findings": [')
  assert.deepEqual(readdirSync(spools), [])
  assert.throws(() => [...outcome.findings], /after they were given back/, 'what it held is given back')

  const again = await executeRun({ ...request, windowOverride: 'a/b' }, ports, signal)
  assert.deepEqual(
    [again.statistics.findingCount, again.statistics.newFindingCount, again.alerts.length, again.opened.length],
    [ROWS, 0, 0, 0],
    'every one of them is in the ledger',
  )
})

test('an answer that is cut after most of its rows leaves nothing behind, and is asked for again', async (t) => {
  const spools = tempFolder(t)
  const server = await scriptedServer(
    (response) => {
      const write = response.write.bind(response)
      let left = 5_500_000
      response.write = ((chunk: string) => {
        left -= chunk.length
        if (left > 0) return write(chunk)
        response.destroy()
        return true
      }) as typeof response.write
      void sendAnswer(response, ROWS)
    },
    (response) => void sendAnswer(response, 3),
  )
  t.after(() => server.close())
  const { ask } = azureUnderTest(server.url, { spoolFolder: spools })
  const result = await ask()
  assert.deepEqual([result.status, result.table.rows.length, server.arrived.length], ['complete', 3, 2])
  assert.deepEqual(readdirSync(spools), [])
})
