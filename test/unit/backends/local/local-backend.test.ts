import assert from 'node:assert/strict'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createLocalBackend, createMemoryBackend, type LocalBackend } from '../../../../src/backends/local/index.ts'
import { KqlError } from '../../../../src/domain/errors.ts'
import type { QueryRequest } from '../../../../src/domain/ports.ts'
import type { Instant } from '../../../../src/domain/time.ts'
import { loadSchemaCatalogue } from '../../../../src/schemas/index.ts'
import { milliseconds, minutes } from '../../../../src/time/duration.ts'
import { folderWith, type Files } from './support.ts'

const schema = await loadSchemaCatalogue(fileURLToPath(new URL('../../../..', import.meta.url)))
const at = (iso: string) => Date.parse(iso) as Instant

type Overrides = Partial<Omit<QueryRequest, 'query'>>

function request(query: string, overrides: Overrides = {}): QueryRequest {
  return { query, window: undefined, now: undefined, workspace: 'local', timeout: minutes(1), ...overrides }
}

async function backendWith(t: TestContext, files: Files): Promise<LocalBackend> {
  const backend = createLocalBackend({ dataFolder: await folderWith(t, files), schema })
  t.after(() => backend.close())
  return backend
}

function ask(backend: LocalBackend, query: string, overrides: Overrides = {}) {
  return backend.query(request(query, overrides), new AbortController().signal)
}

const MARCH_2 = { start: at('2026-03-02T00:00:00Z'), end: at('2026-03-03T00:00:00Z') }
const ACTIVITY = [
  '{"TimeGenerated":"2026-03-01T23:59:59.9999999Z","Caller":"before"}',
  '{"TimeGenerated":"2026-03-02T00:00:00Z","Caller":"first"}',
  '{"TimeGenerated":"2026-03-02T23:59:59.9999999Z","Caller":"last","Authorization_d":{"scope":"/x"}}',
  '{"TimeGenerated":"2026-03-03T00:00:00Z","Caller":"after"}',
].join('\n')

test('a query over a file', async (t) => {
  const backend = await backendWith(t, { 'AzureActivity.ndjson': ACTIVITY })
  await t.test('the window is half-open', async () => {
    const { table, status, warnings } = await ask(
      backend,
      'AzureActivity | project TimeGenerated, Caller | sort by Caller asc',
      { window: MARCH_2 },
    )
    assert.deepEqual(table.columns, [
      { name: 'TimeGenerated', type: 'datetime' },
      { name: 'Caller', type: 'string' },
    ])
    assert.deepEqual(table.rows, [
      ['2026-03-02T00:00:00Z', 'first'],
      ['2026-03-02T23:59:59.9999999Z', 'last'],
    ])
    assert.deepEqual([status, warnings], ['complete', []])
  })
  await t.test('without a window every row counts', async () => {
    assert.deepEqual((await ask(backend, 'AzureActivity | count')).table.rows, [[4n]])
  })
  await t.test('now() is what the request says', async () => {
    const query = 'AzureActivity | where TimeGenerated > ago(1h) | project Caller'
    const now = at('2026-03-03T00:30:00Z')
    assert.deepEqual((await ask(backend, query, { now })).table.rows, [['last'], ['after']])
  })
  await t.test('members of a dynamic, missing columns', async () => {
    const query =
      'AzureActivity | where Caller in ("last", "first") | sort by Caller asc | project tostring(Authorization_d.scope), Level, EventSubmissionTimestamp'
    assert.deepEqual((await ask(backend, query)).table.rows, [
      ['', '', null],
      ['/x', '', null],
    ])
  })
  await t.test('ingestion_time() is the time of the event', async () => {
    const query = 'AzureActivity | where ingestion_time() == TimeGenerated and _TimeReceived == TimeGenerated | count'
    assert.deepEqual((await ask(backend, query)).table.rows, [[4n]])
  })
})

test('system columns that the service hides come only when they are named', async (t) => {
  const backend = await backendWith(t, { 'AzureActivity.ndjson': ACTIVITY })
  const names = async (query: string) => (await ask(backend, query)).table.columns.map(({ name }) => name)
  const plain = await names('AzureActivity | take 1')
  assert.deepEqual(
    plain.filter((name) => name.startsWith('_')),
    ['_ResourceId'],
  )
  assert.equal([...(await ask(backend, 'AzureActivity | take 1')).table.rows][0]?.length, plain.length)
  assert.deepEqual(await names('AzureActivity | project _ItemId, _BilledSize'), ['_ItemId', '_BilledSize'])
  const joined = await names('AzureActivity | join kind=inner AzureActivity on Caller')
  assert.ok(joined.includes('_ResourceId1'))
  assert.ok(!joined.includes('_ItemId1'))
})

test('warnings say why a table gives nothing', async (t) => {
  const backend = await backendWith(t, {
    'AzureActivity.ndjson': ACTIVITY,
    'SigninLogs.csv': 'Identity\nann\n',
    'Heartbeat.csv': 'Computer\n',
    'Syslog.xlsx': '',
    'Event (1).csv': 'Computer\nvm-1\n',
  })
  const july = { start: at('2026-07-01T00:00:00Z'), end: at('2026-07-02T00:00:00Z') }
  const cases: Readonly<Record<string, readonly [query: string, warnings: readonly RegExp[]]>> = {
    'rows elsewhere': [
      'AzureActivity | count',
      [
        /^AzureActivity has 4 rows from 2026-03-01T23:59:59.999Z to 2026-03-03T00:00:00Z, but none in the window from 2026-07-01T00:00:00Z to 2026-07-02T00:00:00Z$/,
      ],
    ],
    'rows without a time': ['SigninLogs | count', [/^SigninLogs has 1 row, none with a time in TimeGenerated/]],
    'no rows': ['Heartbeat | count', [/^Heartbeat has a file, but no rows$/]],
    'no file': ['DnsEvents | count', [/^DnsEvents has no file in .* and is empty here$/]],
    'a file of another kind': ['Syslog | count', [/^Syslog has no file in .* \(.*Syslog\.xlsx is none of \.ndjson/]],
    'what a browser calls a second download': [
      'Event | count',
      [/^Event has no file/, /Event \(1\)\.csv does not belong to Event, whose name would end at the first dot/],
    ],
    'each table once': ['Heartbeat | union Heartbeat, DnsEvents | count', [/^Heartbeat/, /^DnsEvents/]],
    'a name in a string is no table': ['print "AzureActivity"', []],
  }
  for (const [name, [query, expected]] of Object.entries(cases)) {
    await t.test(name, async () => {
      const { warnings } = await ask(backend, query, { window: july })
      assert.equal(warnings.length, expected.length, warnings.join('\n'))
      expected.forEach((pattern, index) => assert.match(warnings[index] ?? '', pattern))
    })
  }
  await t.test('cells that were taken as missing', async (t) => {
    const folder = await folderWith(t, { 'Usage.ndjson': '{"TotalBatches":"x"}' })
    const lenient = createLocalBackend({ dataFolder: folder, schema, badValues: 'null' })
    t.after(() => lenient.close())
    assert.match(
      (await ask(lenient, 'Usage | count')).warnings[0] ?? '',
      /^Usage: 1 row has cells .* TotalBatches is "x"/,
    )
  })
})

test('a parser is empty where no table has rows, and refused beside one that has', async (t) => {
  const query = 'imDns(starttime=ago(1d)) | where isnotempty(SrcIpAddr) | summarize count() by DnsQuery'
  const empty = await backendWith(t, {})
  const { table, warnings } = await ask(empty, query)
  assert.deepEqual([...table.rows], [])
  assert.deepEqual(
    table.columns.map(({ name }) => name),
    ['DnsQuery', 'count_'],
  )
  assert.match(String(warnings), /imDns has no file in .* and is empty here/)
  await t.test('whatever it filters by', async () => {
    const users = "SAPUsersGetVIP(SearchForTags=dynamic(['Sensitive'])) | project SAPUser"
    assert.deepEqual((await ask(empty, users)).table.rows, [])
    await assert.rejects(ask(empty, 'print T=1 | invoke SeenBy()'), /SeenBy, whose KQL is not at hand/)
  })
  const filled = await backendWith(t, { 'AzureActivity.ndjson': ACTIVITY })
  await assert.rejects(ask(filled, query), /imDns, whose KQL is not at hand/)
})

test('resource logs have the columns that a query names, with a warning, for that query alone', async (t) => {
  const logs = '{"TimeGenerated":"2026-03-02T01:00:00Z","Category":"kube-audit","log_s":"{}"}'
  const backend = await backendWith(t, { 'AzureDiagnostics.ndjson': logs })
  const query = 'AzureDiagnostics | project log_s, other_s, size_d, at_t, is_b, id_g'
  const { table, warnings } = await ask(backend, query)
  assert.deepEqual(
    table.columns.map(({ type }) => type),
    ['string', 'string', 'real', 'datetime', 'bool', 'guid'],
  )
  assert.deepEqual([...table.rows], [['{}', '', null, null, null, null]])
  assert.match(
    String(warnings),
    /no record of AzureDiagnostics in .* has other_s, size_d, at_t, is_b, id_g: empty here/,
  )
  const next = await ask(backend, 'AzureDiagnostics | project-away log_s')
  assert.ok(!next.table.columns.some(({ name }) => name === 'other_s'))
  assert.deepEqual(next.warnings, [])
  for (const wrong of ['AzureDiagnostics | project other', 'AzureActivity | project other_s']) {
    await assert.rejects(ask(backend, wrong), { code: 'kql/unknown-column' })
  }
})

test('names that nobody has', async (t) => {
  const files = { 'MyApp_CL.ndjson': '{"User_s":"ann"}', 'watchlists/VIPs.csv': 'User\nann\n' }
  const backend = await backendWith(t, files)
  const cases: Readonly<Record<string, readonly [query: string, message: RegExp, hint: RegExp]>> = {
    'near a table of the data': ['MyAp_CL | count', /MyAp_CL/, /did you mean "MyApp_CL"/],
    'near a table of the catalogue': ['AzureActivty | count', /AzureActivty/, /did you mean "AzureActivity"/],
    'another case': ['azureactivity | count', /azureactivity/, /did you mean "AzureActivity"/],
    'near a watchlist': ["_GetWatchlist('VIP') | count", /no watchlist "VIP"/, /did you mean "VIPs"/],
    'a parser without its text': [
      'imDns | count',
      /saved function imDns, whose KQL is not at hand/,
      /functions\/imDns\.kql/,
    ],
  }
  for (const [name, [query, message, hint]] of Object.entries(cases)) {
    await t.test(name, async () => {
      await assert.rejects(ask(backend, query), (error) => {
        assert.ok(error instanceof KqlError)
        assert.match(error.message, message)
        assert.match(error.hint ?? '', hint)
        assert.equal(typeof error.position?.offset, 'number')
        return true
      })
    })
  }
})

test('custom tables get the columns of the service, and their own', async (t) => {
  const backend = await backendWith(t, {
    'MyApp_CL.ndjson':
      '{"TimeGenerated":"2026-03-02T10:00:00Z","User_s":"ann","Count_d":1,"clientIP":"a","clientIp":"b"}',
  })
  const { table } = await ask(backend, 'MyApp_CL | project Type, User_s, Count_d, clientIP, clientIp, TenantId')
  assert.deepEqual(table.rows, [['MyApp_CL', 'ann', 1, 'a', 'b', '']])
})

test('a table is loaded when a query first wants it, and only then', async (t) => {
  const files = { 'AzureActivity.ndjson': ACTIVITY, 'SigninLogs.ndjson': 'broken' }
  const folder = await folderWith(t, files)
  const backend = createLocalBackend({ dataFolder: folder, schema })
  t.after(() => backend.close())
  assert.deepEqual((await ask(backend, 'AzureActivity | count')).table.rows, [[4n]])
  await writeFile(join(folder, 'AzureActivity.ndjson'), '')
  assert.deepEqual((await ask(backend, 'AzureActivity | count')).table.rows, [[4n]])
  assert.deepEqual((await ask(backend, 'AzureActivity | search "nothing" | count')).table.rows, [[0n]])
  for (const query of ['SigninLogs | count', 'search "nothing" | count', 'AzureActivity | join (search "a") on Type']) {
    await assert.rejects(ask(backend, query), { code: 'local/malformed-file', message: /SigninLogs\.ndjson:1/ }, query)
  }
  await writeFile(join(folder, 'SigninLogs.ndjson'), '{"Identity":"ann"}')
  assert.deepEqual((await ask(backend, 'SigninLogs | project Identity')).table.rows, [['ann']])
})

test('union by pattern reads every table of the data', async (t) => {
  const event = '{"TimeGenerated":"2026-03-02T10:00:00Z","DeviceName":"vm"}'
  const backend = await backendWith(t, {
    'DeviceEvents.ndjson': event,
    'DeviceFileEvents.ndjson': event,
    'Syslog.ndjson': '{}',
  })
  const { table } = await ask(backend, 'union Device* | summarize count() by Type | sort by Type asc')
  assert.deepEqual(table.rows, [
    ['DeviceEvents', 1n],
    ['DeviceFileEvents', 1n],
  ])
})

test('saved functions', async (t) => {
  const backend = await backendWith(t, {
    'AzureActivity.ndjson': ACTIVITY,
    'functions/Callers.kql':
      '// parameters: least:string="", most:string="z"\n// Callers by name.\nAzureActivity | where Caller >= least and Caller <= most | project Caller',
    'functions/LateCallers.kql': 'Callers(least="last")',
    'functions/notes.txt': 'not a function',
  })
  assert.deepEqual((await ask(backend, "Callers(most='b') | sort by Caller asc")).table.rows, [['after']])
  assert.deepEqual((await ask(backend, 'LateCallers | union Callers("first", "first")')).table.rows, [
    ['last'],
    ['first'],
  ])
  await t.test('a file stands in for a parser of the catalogue, typed as its result', async (t) => {
    const recorded = await backendWith(t, { 'imDns.ndjson': '{"DnsResponseCode":"3","SrcIpAddr":"10.0.0.1"}' })
    const { table } = await ask(recorded, 'imDns | project DnsResponseCode, DnsQuery')
    assert.deepEqual([table.columns[0]?.type, table.rows], ['int', [[3, '']]])
  })
  await t.test('also for a version of a parser of one source, with its filters', async (t) => {
    const name = '_Im_Dns_InfobloxNIOSV03'
    const recorded = await backendWith(t, { [`${name}.ndjson`]: '{"SrcIpAddr":"10.0.0.1"}\n{"SrcIpAddr":"10.0.0.2"}' })
    assert.deepEqual((await ask(recorded, `${name}(srcipaddr='10.0.0.2') | project SrcIpAddr`)).table.rows, [
      ['10.0.0.2'],
    ])
    const empty = await backendWith(t, {})
    assert.deepEqual((await ask(empty, `${name}() | project SrcIpAddr`)).table.rows, [])
  })
  await t.test('a file that can be none is refused to who calls it, and to nobody else', async (t) => {
    const folder = await folderWith(t, {
      'functions/my-parser.kql': 'print 1',
      'functions/Latin.kql': Buffer.from('print "José"', 'latin1'),
      'functions/Caller.kql': 'Latin | take 1',
      'functions/Loud.KQL': 'print x = "loud"',
      'functions/Twice.KQL': 'print 1',
      'functions/Twice.kql': 'print 2',
      'functions/mounted/Linked.kql': 'print x = "linked"',
      'secret.kql': 'print x = "outside"',
    })
    await symlink(join(folder, 'functions/mounted/Linked.kql'), join(folder, 'functions/Linked.kql'))
    await symlink(join(folder, 'secret.kql'), join(folder, 'functions/imDns.kql'))
    const odd = createLocalBackend({ dataFolder: folder, schema })
    t.after(() => odd.close())
    assert.deepEqual((await ask(odd, 'Linked')).table.rows, [['linked']])
    assert.deepEqual((await ask(odd, 'Loud')).table.rows, [['loud']])
    const refused: Readonly<Record<string, readonly [code: string, message: RegExp]>> = {
      'my_parser | take 1': ['local/function-name', /functions\/my-parser\.kql/],
      'Latin | take 1': ['local/malformed-file', /functions\/Latin\.kql: the text is not UTF-8/],
      'let f = () { Caller }; f()': ['local/malformed-file', /functions\/Latin\.kql/],
      'Twice | take 1': ['local/ambiguous-file', /functions has Twice\.KQL and Twice\.kql, which/],
      // The catalogue has one, which this file was to replace.
      'imDns | count': ['local/outside-folder', /functions\/imDns\.kql is a symbolic link/],
    }
    for (const [query, [code, message]] of Object.entries(refused)) {
      await assert.rejects(ask(odd, query), { code, message })
    }
  })
})

test('a parser whose rows lie in a file filters them by its parameters', async (t) => {
  const sessions = [
    '{"TimeGenerated":"2026-03-02T10:00:00Z","SrcIpAddr":"10.0.0.1","DstIpAddr":"203.0.113.1","Url":"https://a.example/x.php","EventResult":"Success","EventResultDetails":"200"}',
    '{"TimeGenerated":"2026-03-02T11:00:00Z","SrcIpAddr":"10.0.1.1","DstIpAddr":"203.0.113.2","Url":"https://b.example/y","EventResult":"Failure","EventResultDetails":"404"}',
  ].join('\n')
  const backend = await backendWith(t, {
    '_Im_WebSession.ndjson': sessions,
    'imProcessCreate.ndjson':
      '{"TargetProcessCommandLine":"net user x","TargetProcessSHA1":"AB","EventType":"ProcessCreated"}',
    'GitHubAudit.ndjson': '{"Actor":"ann"}',
  })
  const cases: Readonly<Record<string, number>> = {
    _Im_WebSession: 2,
    '_Im_WebSession()': 2,
    "_Im_WebSession(starttime=datetime(2026-03-02 10:30), eventresult='failure')": 1,
    '_Im_WebSession(endtime=datetime(2026-03-02 10:30))': 1,
    "_Im_WebSession(url_has_any=dynamic(['a.example', 'c.example']))": 1,
    "_Im_WebSession(ipaddr_has_any_prefix=dynamic(['203.0.113.2', '10.9.']))": 1,
    "_Im_WebSession(eventresultdetails_in=dynamic(['404', '500']), url_has_any=dynamic(['a.example']))": 0,
    '_Im_WebSession(disabled=true)': 0,
    "imProcessCreate(commandline_has_all=dynamic(['net', 'user']), hashes_has_any=dynamic(['ab']))": 1,
    "imProcessCreate(eventtype='ProcessTerminated')": 0,
    'union isfuzzy=true imProcessCreate(pack=true), _Im_WebSession(eventresult="Success")': 2,
    'GitHubAudit()': 1,
  }
  for (const [call, rows] of Object.entries(cases)) {
    await t.test(call, async () => {
      const { table, warnings } = await ask(backend, `${call} | count`)
      assert.deepEqual(table.rows, [[BigInt(rows)]])
      assert.deepEqual(warnings, [])
    })
  }
  await t.test('a window with no row is named by the file', async () => {
    const window = { start: at('2026-07-01T00:00:00Z'), end: at('2026-07-02T00:00:00Z') }
    const { warnings } = await ask(backend, '_Im_WebSession() | count', { window })
    assert.match(warnings.join(), /^_Im_WebSession has 2 rows from 2026-03-02/)
  })
})

test('the tables that were read are named, by wildcards and saved functions too', async (t) => {
  const backend = await backendWith(t, {
    'One_CL.ndjson': '{"User_s":"ann"}',
    'Two_CL.ndjson': '{"User_s":"bob"}',
    'functions/Both.kql': 'union One_CL, Two_CL',
    'watchlists/VIPs.csv': 'User\nann\n',
  })
  const cases: Readonly<Record<string, readonly string[]>> = {
    'Two_CL | join One_CL on User_s': ['Two_CL', 'One_CL'],
    'Both | take 1': ['One_CL', 'Two_CL'],
    "union *_CL | where User_s == 'ann'": ['One_CL', 'Two_CL'],
    "One_CL | where User_s in ((_GetWatchlist('VIPs') | project User))": ['One_CL', 'Watchlist'],
    "_GetWatchlist('None') | take 1": ['Watchlist'],
    'print 1': [],
  }
  for (const [query, tables] of Object.entries(cases)) {
    await t.test(query, async () => {
      assert.deepEqual((await ask(backend, query)).tables, tables)
    })
  }
})

test('a record that is longer than DuckDB usually takes is read, and so are those around it', async (t) => {
  const long = JSON.stringify({ A: 'x'.repeat(17 * 1024 * 1024) })
  const backend = await backendWith(t, { 'T_CL.ndjson': `{"A":"y"}\n${long}\n{"B":1}\n` })
  const { table } = await ask(
    backend,
    'T_CL | project Length = strlen(A), HasB = isnotnull(B) | order by Length asc',
    {},
  )
  assert.deepEqual(table.rows, [
    [0n, true],
    [1n, false],
    [17n * 1024n * 1024n, false],
  ])
})

test('a long record is read where no line end follows it, and where it is a saved answer', async (t) => {
  const text = 'x'.repeat(17 * 1024 * 1024)
  const columns = [{ name: 'A', type: 'string' }]
  const backend = await backendWith(t, {
    'T_CL.ndjson': JSON.stringify({ A: text }),
    'R_CL.json': JSON.stringify({ tables: [{ name: 'PrimaryResult', columns, rows: [['y'], [text]] }] }),
  })
  for (const [name, lengths] of [
    ['T_CL', [17n * 1024n * 1024n]],
    ['R_CL', [1n, 17n * 1024n * 1024n]],
  ] as const) {
    const { table } = await ask(backend, `${name} | project Length = strlen(A) | order by Length asc`, {})
    assert.deepEqual(table.rows, lengths.map((length) => [length])) // prettier-ignore
  }
})

test('a saved answer has the types that it says, a column of a known table those of the schema', async (t) => {
  const columns = [
    ...[
      'Share:real',
      'Big:long',
      'Details:dynamic',
      'Id:guid',
      'Took:timespan',
      'Price:decimal',
      'On:bool',
      'At:datetime',
    ],
    ...['Said:string', 'Odd:what'],
  ].map((text) => ({ name: text.split(':')[0], type: text.split(':')[1] }))
  const id = '6f9619ff-8b86-d011-b42d-00cf4fc964ff'
  const full = [2, 1, '{"a":[1]}', id, '1.02:03:04.0000001', '12.5', true, '2026-03-02T10:00:00.1234567Z', '7', 3]
  const text = JSON.stringify({ tables: [{ name: 'PrimaryResult', columns, rows: [full, [null, null], []] }] })
  const backend = await backendWith(t, {
    'Answer_CL.json': text.replace('[2,1,', '[2,9007199254740993,').replace('"Odd"', '"Odd \\u2028 \\"x\\""'),
    'Untyped_CL.json': text.replaceAll(/,"type":"\w+"/g, ''),
  })
  const { table } = await ask(
    backend,
    'Answer_CL | sort by Big asc nulls last | project Half = Share / 4, Big, Details.a[0], Id, Took, Price, On, At, Said, Odd = column_ifexists("Odd \\u2028 \\"x\\"", 0)',
    {},
  )
  assert.deepEqual(
    table.columns.map(({ type }) => type),
    ['real', 'long', 'dynamic', 'guid', 'timespan', 'decimal', 'bool', 'datetime', 'string', 'long'],
  )
  const nothing = [null, null, null, null, null, null, null, null, '', null]
  const [first, ...others] = table.rows
  assert.deepEqual(first?.slice(0, 5), [0.5, 9007199254740993n, '1', id, '1.02:03:04.0000001'])
  assert.deepEqual(others, [nothing, nothing])
  const untyped = await ask(backend, 'Untyped_CL | getschema | where ColumnName == "Share" | project ColumnType', {})
  assert.deepEqual(untyped.table.rows, [['long']])
})

test('whole numbers beyond a long stay themselves in a column that no schema has', async (t) => {
  const values = ['18446744073709551615', '18446744073709551614', '9007199254740993', '-1']
  const backend = await backendWith(t, {
    'J_CL.ndjson': values.map((value) => `{"Id":${value}}`).join('\n'),
    'C_CL.csv': ['Id', ...values].join('\n'),
  })
  for (const table of ['J_CL', 'C_CL']) {
    const answer = await ask(backend, `${table} | where Id > 0 | sort by Id desc | project Id`, {})
    assert.deepEqual([...answer.table.rows].flat(), values.slice(0, 3), table)
  }
})

test('watchlists', async (t) => {
  const backend = await backendWith(t, {
    'watchlists/VIP-Users.csv':
      '\uFEFFUserPrincipalName,Title\r\nann@contoso.com,"Chief, Finance"\r\n\r\nbob@contoso.com,\r\n',
    'watchlists/Hosts.csv': '# searchKey: Name\nOwner,Name\nann,vm-1\n',
    'watchlists/Exported.csv':
      '_DTItemId,LastUpdatedTimeUTC,SearchKey,Ip\nid-1,2026-03-01T10:00:00.1234567Z,key,10.0.0.1\n',
    'watchlists/Marked.csv': '\uFEFF# searchKey: Name\n# escaped: spreadsheet\nOwner,Name\n"\'=1",vm-2\n',
    // Titles that mean something else in a table, a line break in one, and none for the third.
    'watchlists/Titles.csv': 'Start [UTC],"When\n[Local Time]",,x,x_string,$table\na,b,c,d,e,f\n',
    'SigninLogs.ndjson': '{"UserPrincipalName":"bob@contoso.com"}',
    // Their names are words of the queries, and nothing that these read.
    'watchlists/SearchKey.csv': 'broken,"',
    'Broken_CL.json': '{',
  })
  const cases: Readonly<Record<string, readonly [query: string, rows: readonly unknown[][]]>> = {
    'every column is a string, the first one is the key': [
      "_GetWatchlist('VIP-Users') | sort by SearchKey asc | project SearchKey, UserPrincipalName, Title",
      [
        ['ann@contoso.com', 'ann@contoso.com', 'Chief, Finance'],
        ['bob@contoso.com', 'bob@contoso.com', ''],
      ],
    ],
    'a key that the first line names': ['_GetWatchlist("Hosts") | project SearchKey, Owner', [['vm-1', 'ann']]],
    'options behind a byte order mark': ['_GetWatchlist("Marked") | project SearchKey, Owner', [['vm-2', '=1']]],
    'columns are called as the header says, and none is lost': [
      '_GetWatchlist("Titles") | project-away _DTItemId, LastUpdatedTimeUTC | getschema | summarize make_list(ColumnName)',
      [['["SearchKey","Start [UTC]","When_[Local Time]","Column3","x","x_string","$table"]']],
    ],
    'cells of such columns': [
      '_GetWatchlist("Titles") | project strcat(["Start [UTC]"], ["When_[Local Time]"], Column3, x, x_string, ["$table"])',
      [['abcdef']],
    ],
    'not a broken file that no query reads': [
      "_GetWatchlist('Hosts') // search, SearchKey\n| where Owner != 'find SearchKey' | project SearchKey",
      [['vm-1']],
    ],
    'an exported list keeps its own columns': [
      "_GetWatchlist('Exported') | project _DTItemId, LastUpdatedTimeUTC, SearchKey, Ip",
      [['id-1', '2026-03-01T10:00:00.1234567Z', 'key', '10.0.0.1']],
    ],
    'an alias from a let, in a subquery': [
      "let list = 'VIP-Users'; SigninLogs | where UserPrincipalName in ((_GetWatchlist(list) | project SearchKey)) | count",
      [[1n]],
    ],
    'ids tell items apart': [
      "_GetWatchlist('VIP-Users') | summarize dcount(_DTItemId), countif(isnotnull(LastUpdatedTimeUTC))",
      [[2n, 2n]],
    ],
    aliases: [
      '_GetWatchlistAlias | sort by WatchlistAlias asc',
      [['Exported'], ['Hosts'], ['Marked'], ['SearchKey'], ['Titles'], ['VIP-Users']],
    ],
  }
  for (const [name, [query, rows]] of Object.entries(cases)) {
    await t.test(name, async () => {
      // A watchlist has no TimeGenerated: the window does not touch it.
      assert.deepEqual(
        (await ask(backend, query, query.includes('SigninLogs') ? {} : { window: MARCH_2 })).table.rows,
        rows,
      )
    })
  }
  await t.test('links', async (t) => {
    const folder = await folderWith(t, { 'watchlists/mounted/Inside.csv': 'Name\nann\n', 'secret.csv': 'Name\neve\n' })
    await symlink('mounted/Inside.csv', join(folder, 'watchlists/Inside.csv'))
    await symlink('../secret.csv', join(folder, 'watchlists/Stolen.csv'))
    const linked = createLocalBackend({ dataFolder: folder, schema })
    t.after(() => linked.close())
    assert.deepEqual((await ask(linked, "_GetWatchlist('Inside') | project Name")).table.rows, [['ann']])
    await assert.rejects(ask(linked, "_GetWatchlist('Stolen') | count"), { code: 'local/outside-folder' })
  })
  const faults: Readonly<Record<string, readonly [text: string | Uint8Array, message: RegExp]>> = {
    'no such key': ['# searchKey: Nme\nName\nx\n', /List\.csv:1: there is no column "Nme"/],
    'a cell too many': ['Name\n"a\nb"\nc,d\n', /List\.csv:4: 2 cells, but the header has 1/],
    'a quote that does not end': ['Name\n"a\n', /List\.csv:2: a quoted cell does not end/],
    'a quote in the header that does not end': ['Name,"Owner\na,b\nc,d\n', /List\.csv:1: a quoted cell does not end/],
    'a cell that goes on behind its quotes': ['Name\n"a" b\n', /List\.csv:2: .* or goes on after its closing quote/],
    'a column twice': ['Name,Ip,Name\na,b,c\n', /List\.csv:1: the column "Name" stands twice/],
    'an option that is none': ['# searchKey = Name\nOwner,Name\na,b\n', /List\.csv:1: the line begins with #/],
    'a name that looks like one': ['#Name,Ip\na,b\n', /List\.csv:1: the line begins with #/],
    'another encoding': [Buffer.from('Name\nJosé\n', 'latin1'), /List\.csv: the text is not UTF-8/],
    'UTF-16': [Buffer.from('\uFEFFName\nann\n', 'utf16le'), /List\.csv: the text is not UTF-8/],
    empty: ['', /List\.csv: the watchlist is empty/],
  }
  await t.test('an ending in capitals, and one that two files share', async (t) => {
    const lists = await backendWith(t, {
      'watchlists/VIPs.CSV': 'User\nann\n',
      'watchlists/Twice.CSV': 'User\nann\n',
      'watchlists/Twice.csv': 'User\neve\n',
    })
    assert.deepEqual((await ask(lists, "_GetWatchlist('VIPs') | project User")).table.rows, [['ann']])
    await assert.rejects(ask(lists, "_GetWatchlist('Twice') | count"), {
      code: 'local/ambiguous-file',
      message: /watchlists has Twice\.CSV and Twice\.csv, which stand for the same name/,
    })
  })
  for (const [name, [text, message]] of Object.entries(faults)) {
    await t.test(name, async (t) => {
      const broken = await backendWith(t, { 'watchlists/List.csv': text })
      await assert.rejects(ask(broken, "_GetWatchlist('List') | count"), { code: 'local/malformed-file', message })
    })
  }
})

test('a watchlist without a file is empty, has the columns that the query names, and the answer warns', async (t) => {
  const backend = await backendWith(t, { 'SigninLogs.ndjson': '{"UserPrincipalName":"bob@contoso.com"}' })
  const cases: Readonly<Record<string, readonly [query: string, rows: readonly unknown[][]]>> = {
    'a list of exceptions': [
      "SigninLogs | where UserPrincipalName !in ((_GetWatchlist('VIP') | where isnotempty(Level) | project ['User Name'])) | count",
      [[1n]],
    ],
    'both sides of a join': [
      "_GetWatchlist('VIP') | join kind=inner (_GetWatchlist('Hosts')) on Owner | project Owner, Level, LastUpdatedTimeUTC",
      [],
    ],
    'an alias from a let': ["let list = 'VIP'; _GetWatchlist(list) | extend Boss = strcat(Title, SearchKey)", []],
    'in a leg of a fuzzy union': [
      "union isfuzzy=true (_GetWatchlist('VIP') | where Level != '' | project Name), (SigninLogs | project Name = UserPrincipalName) | where Name != ''",
      [['bob@contoso.com']],
    ],
  }
  for (const [name, [query, rows]] of Object.entries(cases)) {
    await t.test(name, async () => {
      const { table, warnings } = await ask(backend, query)
      assert.deepEqual(table.rows, rows)
      assert.match(warnings[0] ?? '', /no watchlist "VIP" in .*: it is empty here, put it into watchlists\/VIP\.csv/)
    })
  }
  await t.test('what no list can have is still missing', async () => {
    const query = "_GetWatchlist('VIP') | count | where Nope == 1"
    await assert.rejects(ask(backend, query), { code: 'kql/unknown-column', message: /Nope/ })
    await assert.rejects(ask(backend, 'SigninLogs | where Nope == 1'), { code: 'kql/unknown-column' })
  })
})

test('the answer of a fuzzy union warns of the legs that it goes on without', async (t) => {
  const backend = await backendWith(t, { 'SigninLogs.ndjson': '{"UserPrincipalName":"bob@contoso.com"}' })
  const query = 'union isfuzzy=true\n  SigninLogs,\n  (SigninLogs | where Nope == 1),\n  Nada\n| count'
  const { table, warnings } = await ask(backend, query)
  assert.deepEqual(table.rows, [[1n]])
  assert.match(warnings.join('\n'), /without the leg at line 3, column 23 of the query: .*'Nope'/)
  assert.match(warnings.join('\n'), /without the leg at line 4, column 3 of the query: .*'Nada'/)
})

test('links', async (t) => {
  const outside = await folderWith(t, { 'secret.ndjson': '{"A":"secret"}' })
  const folder = await folderWith(t, { 'real.ndjson': '{"A":1}' })
  await symlink(join(outside, 'secret.ndjson'), join(folder, 'Stolen_CL.ndjson'))
  await symlink(outside, join(folder, 'Folder_CL'))
  await symlink(join(folder, 'real.ndjson'), join(folder, 'Inside_CL.ndjson'))
  await symlink(join(folder, 'nowhere'), join(folder, 'Dangling_CL.ndjson'))
  const backend = createLocalBackend({ dataFolder: folder, schema })
  t.after(() => backend.close())
  for (const name of ['Stolen_CL', 'Folder_CL']) {
    await assert.rejects(ask(backend, `${name} | count`), { code: 'local/outside-folder', message: new RegExp(name) })
  }
  await assert.rejects(ask(backend, 'Dangling_CL | count'), { code: 'local/unreadable', message: /Dangling_CL/ })
  assert.deepEqual((await ask(backend, 'Inside_CL | project A')).table.rows, [[1n]])
  await t.test('a folder of functions or watchlists that is a link is not', async (t) => {
    for (const name of ['functions', 'watchlists']) {
      const linking = await folderWith(t, {})
      await symlink(outside, join(linking, name))
      const linked = createLocalBackend({ dataFolder: linking, schema })
      t.after(() => linked.close())
      await assert.rejects(ask(linked, 'print 1'), { code: 'local/outside-folder', message: new RegExp(name) })
    }
  })
  await t.test('a data folder that is itself a link is followed', async (t) => {
    const parent = await folderWith(t, {})
    await symlink(folder, join(parent, 'data'))
    const linked = createLocalBackend({ dataFolder: join(parent, 'data'), schema })
    t.after(() => linked.close())
    assert.deepEqual((await ask(linked, 'Inside_CL | count')).table.rows, [[1n]])
  })
})

test('KQL reaches no other file', async (t) => {
  const backend = await backendWith(t, { 'AzureActivity.ndjson': ACTIVITY })
  const query = 'externaldata(a:string)["/etc/passwd"] | count'
  await assert.rejects(ask(backend, query), { name: 'KqlError' })
})

test('a missing folder', async (t) => {
  const backend = createLocalBackend({ dataFolder: '/nowhere/data', schema })
  t.after(() => backend.close())
  await assert.rejects(ask(backend, 'print 1'), {
    name: 'ConfigError',
    code: 'local/no-data-folder',
    message: /\/nowhere\/data/,
  })
})

test('queries at the same time do not disturb each other', async (t) => {
  const backend = await backendWith(t, { 'AzureActivity.ndjson': ACTIVITY, 'SigninLogs.ndjson': '{"Identity":"ann"}' })
  const queries = Array.from({ length: 12 }, (_, index) =>
    index % 2 === 0 ? 'AzureActivity | count' : 'SigninLogs | project Identity',
  )
  const results = await Promise.all(queries.map((query) => ask(backend, query)))
  assert.deepEqual(
    results.map(({ table }) => table.rows),
    queries.map((query) => (query.startsWith('Azure') ? [[4n]] : [['ann']])),
  )
})

const NUMBERS = 'range a from 1 to 100000 step 1 | extend k = 1'
/** Ten thousand million pairs. */
const ENDLESS = `${NUMBERS} | join kind=inner (${NUMBERS}) on k | summarize sum(a * a1)`

test('a query is stopped', async (t) => {
  const backend = await backendWith(t, { 'AzureActivity.ndjson': ACTIVITY })
  await ask(backend, 'print 1')
  await t.test('by its time limit', async () => {
    await assert.rejects(ask(backend, ENDLESS, { timeout: milliseconds(200) }), {
      code: 'local/timeout',
      message: /longer than 0\.2s/,
      retryable: true,
    })
  })
  await t.test('by the caller', async () => {
    const controller = new AbortController()
    const running = backend.query(request(ENDLESS), controller.signal)
    const waiting = backend.query(request('print 1'), controller.signal)
    controller.abort(new Error('enough'))
    await assert.rejects(running, { message: 'enough' })
    await assert.rejects(waiting, { message: 'enough' })
  })
  await t.test('and the next one runs', async () => {
    assert.deepEqual((await ask(backend, 'AzureActivity | count')).table.rows, [[4n]])
  })
})

test('trace and explain', async (t) => {
  const backend = await backendWith(t, { 'AzureActivity.ndjson': ACTIVITY })
  const traced = request('AzureActivity | where Caller != "first" | summarize count()', { window: MARCH_2 })
  const { sql, steps } = await backend.trace(traced, new AbortController().signal)
  assert.match(sql ?? '', /SELECT/)
  assert.deepEqual(
    steps.map(({ operator }) => operator.split(' ')[0]),
    ['AzureActivity', 'where', 'summarize'],
  )
  assert.deepEqual(
    steps.map(({ table }) => table.rows.length),
    [2, 1, 1],
  )
  assert.ok(steps[0]?.table.columns.every(({ name }) => name !== '_ItemId'))
  assert.match(await backend.explain(traced, 'sql', new AbortController().signal), /SELECT/)
})

test('a backend over rows in memory types them as files', async (t) => {
  const rows = [
    { TimeGenerated: '2026-03-02T10:00:00.1234567Z', Caller: 'ann', Authorization_d: { scope: '/x' }, New: 1 },
  ]
  const functions = new Map([
    ['F', { name: 'F', parameters: '', body: 'AzureActivity | project Caller', columns: undefined }],
  ])
  const backend = createMemoryBackend({ tables: new Map([['AzureActivity', rows]]), functions, schema })
  t.after(() => backend.close())
  const query = 'AzureActivity | project TimeGenerated, Caller, s = tostring(Authorization_d.scope), New'
  assert.deepEqual((await ask(backend, query)).table.rows, [['2026-03-02T10:00:00.1234567Z', 'ann', '/x', 1n]])
  assert.deepEqual((await ask(backend, 'F()')).table.rows, [['ann']])
  assert.match((await ask(backend, 'SigninLogs')).warnings[0] ?? '', /SigninLogs has no file in the tables of the test/)
})

test('a table of unknown name whose file has no rows has no columns, which a query says', async (t) => {
  const backend = await backendWith(t, { 'odd.json': '[]', 'Heartbeat.ndjson': '{"Computer":"a"}' })
  for (const query of ['odd', 'union * | count'])
    await assert.rejects(ask(backend, query), { code: 'local/no-columns', message: /^odd has no columns: / })
  assert.deepEqual((await ask(backend, 'Heartbeat | count')).table.rows, [[1n]])
})
