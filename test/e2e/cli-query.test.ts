import assert from 'node:assert/strict'
import { test } from 'node:test'
import { finished, finishedUnread, hunt, saying, startHunt, writeFiles } from '../support/hunt.ts'
import { SMALL_FOLDER } from '../support/small-rules.ts'
import { tempFolder } from '../support/temp-folder.ts'

const QUERY =
  'SigninLogs | where Location == "IS" | project UserPrincipalName, Big = 9007199254740993, Bag = dynamic({"a": 1}) | order by UserPrincipalName asc | take 2'

for (const [format, expected] of [
  [
    'table',
    `UserPrincipalName               Big  Bag
─────────────────  ────────────────  ───────
eve@contoso.com    9007199254740993  {"a":1}
late@contoso.com   9007199254740993  {"a":1}
`,
  ],
  [
    'csv',
    'UserPrincipalName,Big,Bag\r\neve@contoso.com,9007199254740993,"{""a"":1}"\r\nlate@contoso.com,9007199254740993,"{""a"":1}"\r\n',
  ],
  [
    'ndjson',
    '{"UserPrincipalName":"eve@contoso.com","Big":"9007199254740993","Bag":{"a":1}}\n{"UserPrincipalName":"late@contoso.com","Big":"9007199254740993","Bag":{"a":1}}\n',
  ],
  [
    'json',
    `{"columns":[{"name":"UserPrincipalName","type":"string"},{"name":"Big","type":"long"},{"name":"Bag","type":"dynamic"}],"rows":[
{"UserPrincipalName":"eve@contoso.com","Big":"9007199254740993","Bag":{"a":1}},
{"UserPrincipalName":"late@contoso.com","Big":"9007199254740993","Bag":{"a":1}}
]}
`,
  ],
] as const) {
  test(`query --format ${format}`, async (t) => {
    const cwd = tempFolder(t)
    writeFiles(cwd, SMALL_FOLDER)
    const { stdout, stderr, code } = await hunt(['query', QUERY, '--data', 'logs', '--format', format], { cwd })
    assert.equal(code, 0, stderr)
    assert.equal(stdout, expected)
  })
}

test('a query from a file, from standard input, over a window, with its own present', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'q.kql': 'SigninLogs | summarize n = count(), now = now()' })
  const window = ['--data', 'logs', '--from', '2026-03-02', '--to', '2026-03-03', '--format', 'csv']
  const file = await hunt(['query', '@q.kql', ...window], { cwd })
  assert.equal(file.stdout, 'n,now\r\n3,2026-03-03T00:00:00Z\r\n', file.stderr)
  const stdin = await hunt(['query', '-', ...window, '--now', '2027-01-01'], {
    cwd,
    stdin: 'SigninLogs | summarize n = count(), now = now()',
  })
  assert.equal(stdin.stdout, 'n,now\r\n3,2027-01-01T00:00:00Z\r\n', stdin.stderr)
})

test('a fault in a query is shown with its line and a caret, and is exit code 6', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, { ...SMALL_FOLDER, 'q.kql': 'SigninLogs\n| where Loction == "IS"\n' })
  const { stdout, stderr, code } = await hunt(['query', '@q.kql', '--data', 'logs'], { cwd })
  assert.equal(code, 6)
  assert.equal(stdout, '')
  assert.match(
    stderr,
    /^q\.kql:2:9: error: .*Loction.* \[kql\/unknown-column\]\n {4}2 \| \| where Loction == "IS"\n {6}\| {9}\^~~~~~~\n +hint: did you mean "Location"\?\n$/,
  )
})

test('cells cannot drive the terminal', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, {
    'logs/SigninLogs.ndjson': `${JSON.stringify({ TimeGenerated: '2026-03-02', UserPrincipalName: '\u001b]0;owned\u0007\u202e' })}\n`,
  })
  const { stdout } = await hunt(['query', 'SigninLogs | project UserPrincipalName', '--data', 'logs'], { cwd })
  assert.match(stdout, /^\\x1b\]0;owned\\x07\\u202e$/m)
})

test('a reader who takes one row of many is no error', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const child = startHunt(['query', 'range x from 1 to 200000 step 1', '--data', 'logs', '--format', 'ndjson'], { cwd })
  const { code, stderr } = await finishedUnread(child)
  assert.equal(stderr, '')
  assert.equal(code, 0)
})

test('explain shows the plan without data, and the rows of each operator with data', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const sql = await hunt(['explain', 'aaaa'], { cwd })
  assert.equal(sql.code, 0, sql.stderr)
  assert.match(sql.stdout, /SELECT[\s\S]*"SigninLogs/)
  const rows = await hunt(['explain', 'aaaa', '--stage', 'rows', '--data', 'logs', '--at', '2026-03-02T12:00'], { cwd })
  assert.match(
    rows.stdout,
    /^SigninLogs {2}→ 3 rows\n[\s\S]*where Location == "IS" {2}→ 2 rows\n[\s\S]*project .* → 2 rows\n/,
  )
})

test('emulate says in one line where it listens, answers, and stops on SIGTERM', async (t) => {
  const cwd = tempFolder(t)
  writeFiles(cwd, SMALL_FOLDER)
  const child = startHunt(['emulate', '--data', 'logs', '--now', '2026-03-03', '--cache'], { cwd })
  const result = finished(child)
  const line = await saying(child, 'stdout', /\n/)
  const { url, workspace } = JSON.parse(line) as { url: string; workspace: string }
  const query = 'SigninLogs | where TimeGenerated > ago(1d) | count'
  const ask = (headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`${url}/v1/workspaces/${workspace}/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    })
  const response = await ask()
  const { tables } = (await response.json()) as { tables: { rows: unknown[][] }[] }
  assert.deepEqual(tables[0]?.rows, [[4]])
  assert.equal(response.headers.get('age'), null)
  assert.match(String((await ask()).headers.get('age')), /^\d+$/, 'a second time, from the cache')
  assert.equal((await ask({ 'cache-control': 'no-cache' })).headers.get('age'), null)

  const env = { HUNT_ENDPOINT: url, HUNT_WORKSPACE_ID: workspace }
  const asAzure = await hunt(
    ['query', 'SigninLogs | count', '--period', '1d', '--to', '2026-03-03', '--format', 'csv'],
    { cwd, env },
  )
  assert.equal(asAzure.stdout, 'Count\r\n3\r\n', asAzure.stderr)

  child.kill('SIGTERM')
  assert.equal((await result).code, 143)
})

test('a port that is none is a usage error', async (t) => {
  const { code, stderr } = await hunt(['emulate', '--data', '.', '--port', 'http'], { cwd: tempFolder(t) })
  assert.equal(code, 2)
  assert.match(stderr, /--port is "http"/)
})
