import assert from 'node:assert/strict'
import { appendFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { hunt, writeFiles } from '../support/hunt.ts'
import { tempFolder } from '../support/temp-folder.ts'

const QUERY = ['query', 'Heartbeat | summarize n = count() by Computer | sort by Computer asc', '--format', 'csv']

test('ingest keeps copies that later queries read, and says what it did', async (t) => {
  const cwd = tempFolder(t)
  const lines = ['web-1', 'web-2'].map((name) =>
    JSON.stringify({ TimeGenerated: '2026-03-02T10:00:00Z', Computer: name }),
  )
  writeFiles(cwd, { 'logs/Heartbeat.ndjson': `${lines.join('\n')}\n`, 'logs/Syslog.csv': 'TimeGenerated\nsoon\n' })
  const first = await hunt(['ingest', 'logs'], { cwd })
  assert.equal(first.code, 5)
  assert.match(
    first.stdout,
    /^Heartbeat: 1 file copied, 2 rows\nSyslog: failed\n1 file of logs copied to logs\/\.ingested\.\n$/,
  )
  assert.match(first.stderr, /Syslog\.csv:2.*soon.*\[local\/bad-value\]/s)
  assert.equal(readdirSync(join(cwd, 'logs/.ingested/Heartbeat')).length, 1)
  const before = await hunt([...QUERY, '--data', 'logs'], { cwd })
  assert.equal(before.stdout, 'Computer,n\r\nweb-1,1\r\nweb-2,1\r\n', before.stderr)

  appendFileSync(join(cwd, 'logs/Heartbeat.ndjson'), `${lines[0]}\n`)
  const after = await hunt([...QUERY, '--data', 'logs'], { cwd })
  assert.equal(after.stdout, 'Computer,n\r\nweb-1,2\r\nweb-2,1\r\n', after.stderr)
  const { stdout } = await hunt(['ingest', 'logs', '--to', 'columnar', '--json'], { cwd })
  const { tables } = JSON.parse(stdout) as {
    readonly tables: readonly { readonly table: string; readonly rows: number }[]
  }
  assert.equal(tables.find(({ table }) => table === 'Heartbeat')?.rows, 3)
  const through = await hunt([...QUERY, '--data', 'columnar'], { cwd })
  assert.equal(through.stdout, after.stdout, through.stderr)
})

test('ingest without a folder says what to name', async (t) => {
  const { stderr, code } = await hunt(['ingest'], { cwd: tempFolder(t) })
  assert.equal(code, 3)
  assert.match(stderr, /--data/)
})
