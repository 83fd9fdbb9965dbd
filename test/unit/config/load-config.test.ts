import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { inspect } from 'node:util'
import { ConfigFileError, loadConfig } from '../../../src/config/load-config.ts'
import type { ConfigSources } from '../../../src/config/load-config.ts'
import { ConfigError, UsageError } from '../../../src/domain/errors.ts'
import { days, minutes } from '../../../src/time/duration.ts'

const made: string[] = []
after(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))))

/** A working directory with the given files. */
async function folder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'hunt-config-'))
  made.push(cwd)
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(cwd, name, '..'), { recursive: true })
    await writeFile(join(cwd, name), text)
  }
  return cwd
}

async function load(files: Readonly<Record<string, string>>, rest: Partial<ConfigSources> = {}) {
  return loadConfig({ cwd: await folder(files), env: {}, flags: {}, ...rest })
}

const ID = '0b9bd6d2-2b5c-4b2c-9d0e-6a5d1fdc1a11'

test('defaults', async () => {
  const cwd = await folder()
  const config = await loadConfig({ cwd, env: {}, flags: {} })
  assert.equal(config.output, join(cwd, 'output'))
  assert.equal(config.ledger, join(cwd, 'output', 'hunt.db'))
  assert.equal(config.delay, undefined)
  assert.equal(config.timeout, minutes(3))
  assert.deepEqual(config.sinks, [{ type: 'file', options: {} }])
  assert.equal(config.backend, undefined)
  assert.deepEqual(config.workspaces, [])
})

test('later sources win: hunt.yaml, .env, environment, flags', async () => {
  const files = {
    'hunt.yaml': 'delay: 1m\ntimeout: 1m\nlogLevel: error\ncloud: china\n',
    '.env': 'HUNT_TIMEOUT=2m\nHUNT_LOG_LEVEL=info\nHUNT_BACKEND=azure\n',
  }
  const config = await load(files, {
    env: { HUNT_LOG_LEVEL: 'debug', HUNT_BACKEND: 'azure' },
    flags: { backend: 'local' },
  })
  assert.equal(config.cloud, 'china')
  assert.equal(config.delay, minutes(1))
  assert.equal(config.timeout, minutes(2))
  assert.equal(config.logLevel, 'debug')
  assert.equal(config.backend, 'local')
})

test('paths of hunt.yaml start at its folder, others at the working directory', async () => {
  const cwd = await folder({ 'etc/hunt.yaml': 'data: logs\nqueries: /srv/queries\n' })
  const config = await loadConfig({ cwd, env: { HUNT_OUTPUT: 'out' }, flags: {}, configFile: 'etc/hunt.yaml' })
  assert.equal(config.data, join(cwd, 'etc', 'logs'))
  assert.equal(config.queries, '/srv/queries')
  assert.equal(config.output, join(cwd, 'out'))
  assert.equal(config.ledger, join(cwd, 'out', 'hunt.db'))
  assert.equal(config.configFile, 'etc/hunt.yaml')
})

test('workspaces of hunt.yaml, each with its credential or the common one', async () => {
  const text = `
credential: managed-identity
workspaces:
  - { name: prod, id: ${ID.toUpperCase()}, tags: [eu, prod] }
  - name: lab
    id: ${ID}
    credential: azure-cli
`
  const { workspaces } = await load({ 'hunt.yaml': text })
  assert.deepEqual(workspaces, [
    {
      kind: 'log-analytics',
      name: 'prod',
      id: ID,
      tags: ['eu', 'prod'],
      credential: 'managed-identity',
      tenantId: undefined,
    },
    { kind: 'log-analytics', name: 'lab', id: ID, tags: [], credential: 'azure-cli', tenantId: undefined },
  ])
})

test('limits of a workspace, and what is no limit', async () => {
  const entry = (limits: string): Record<string, string> => ({
    'hunt.yaml': `workspaces: [{ name: prod, id: ${ID}, limits: ${limits} }]`,
  })
  const { workspaces } = await load(entry('{ concurrency: 2, rate: 60, timeout: 1m }'))
  assert.deepEqual(workspaces[0]?.limits, { concurrency: 2, rate: 60, timeout: minutes(1) })
  const one = await load(entry('{ rate: 1 }'))
  assert.deepEqual(one.workspaces[0]?.limits, { concurrency: undefined, rate: 1, timeout: undefined })
  for (const [limits, ...messages] of [
    ['5', 'limits is not a mapping'],
    ['{ rate: 201 }', 'rate "201" is not a whole number from 1 to 200'],
    [
      '{ timeout: 11m, rows: 5, concurrency: 0 }',
      'timeout "11m" is not a duration from 1s to 10m, such as 1m',
      'unknown key "rows"',
      'concurrency "0" is not a whole number from 1 to 16',
    ],
  ] as const) {
    await assert.rejects(load(entry(limits)), (error: unknown) => {
      const { diagnostics } = error as ConfigFileError
      assert.deepEqual(
        diagnostics.map(({ message }) => message),
        messages,
      )
      return true
    })
  }
})

test('a tenant of Defender XDR is a workspace without an id, which keeps 30 days unless it says more', async () => {
  const text = `
workspaces:
  - { name: xdr, kind: defender-xdr, tenantId: ${ID} }
  - { name: long, kind: defender-xdr, retention: 180d }
`
  const { workspaces } = await load({ 'hunt.yaml': text })
  const common = { kind: 'defender-xdr', tags: [], credential: 'default' }
  assert.deepEqual(workspaces, [
    { ...common, name: 'xdr', tenantId: ID, retention: days(30) },
    { ...common, name: 'long', tenantId: undefined, retention: days(180) },
  ])
  for (const [wrong, message] of [
    [`{ name: x, kind: defender-xdr, id: ${ID} }`, /kind defender-xdr has no id/],
    [
      `{ name: x, kind: defender, id: ${ID} }`,
      /kind "defender" is not one of log-analytics, defender-xdr, data-explorer/,
    ],
  ] as const) {
    await assert.rejects(load({ 'hunt.yaml': `workspaces: [${wrong}]` }), (error) => {
      assert.ok(error instanceof ConfigFileError)
      assert.match(error.diagnostics.map((each) => each.message).join(), message)
      return true
    })
  }
})

test('a database of Azure Data Explorer is a workspace with cluster and database', async () => {
  const text = `
workspaces:
  - { name: adx, kind: data-explorer, cluster: https://c.kusto.windows.net/, database: logs, timeColumn: Timestamp }
`
  const { workspaces } = await load({ 'hunt.yaml': text })
  assert.deepEqual(workspaces, [
    {
      kind: 'data-explorer',
      name: 'adx',
      cluster: 'https://c.kusto.windows.net',
      database: 'logs',
      audience: undefined,
      timeColumn: 'Timestamp',
      tags: [],
      credential: 'default',
      tenantId: undefined,
    },
  ])
  for (const [wrong, message] of [
    ['{ name: x, kind: data-explorer, cluster: https://c.kusto.windows.net }', /a workspace has no database/],
    [
      '{ name: x, kind: data-explorer, cluster: http://c.example.com, database: d }',
      /cluster "http.*" is not an https/,
    ],
    [`{ name: x, id: ${ID}, database: d }`, /kind log-analytics has no database/],
  ] as const) {
    await assert.rejects(load({ 'hunt.yaml': `workspaces: [${wrong}]` }), (error) => {
      assert.ok(error instanceof ConfigFileError)
      assert.match(error.diagnostics.map((each) => each.message).join(), message)
      return true
    })
  }
})

test('HUNT_WORKSPACE_ID replaces the list of hunt.yaml', async () => {
  const files = { 'hunt.yaml': `workspaces: [{ name: prod, id: ${ID} }]` }
  const { workspaces } = await load(files, { env: { HUNT_WORKSPACE_ID: ID, HUNT_WORKSPACE_NAME: 'one' } })
  assert.deepEqual(
    workspaces.map(({ name }) => name),
    ['one'],
  )
})

for (const [what, rest, backend] of [
  ['nothing is configured', {}, undefined],
  ['a data folder is', { env: { HUNT_DATA: 'logs' } }, 'local'],
  ['a workspace is', { env: { HUNT_WORKSPACE_ID: ID } }, 'azure'],
  ['both are', { env: { HUNT_WORKSPACE_ID: ID, HUNT_DATA: 'logs' } }, 'azure'],
  ['--data goes before a workspace', { env: { HUNT_WORKSPACE_ID: ID }, flags: { data: 'logs' } }, 'local'],
  ['--backend goes before all', { flags: { data: 'logs', backend: 'azure' } }, 'azure'],
] as const) {
  test(`the backend when ${what}`, async () => assert.equal((await load({}, rest)).backend, backend))
}

test('the config is frozen in depth', async () => {
  const config = await load({ 'hunt.yaml': `workspaces: [{ name: prod, id: ${ID} }]` })
  assert.throws(() => Object.assign(config.workspaces[0] ?? {}, { name: 'x' }), TypeError)
})

test('secrets of .env never print', async () => {
  const config = await load(
    { '.env': 'AZURE_CLIENT_SECRET=hunter2\nAZURE_TENANT_ID=t\n' },
    { env: { AZURE_TENANT_ID: 'other' } },
  )
  assert.equal(config.azureVariables['AZURE_TENANT_ID']?.reveal(), 'other', 'the environment wins')
  assert.equal(config.azureVariables['AZURE_CLIENT_SECRET']?.reveal(), 'hunter2')
  for (const text of [
    inspect(config, { depth: 9 }),
    JSON.stringify(config),
    `${config.azureVariables['AZURE_CLIENT_SECRET']}`,
  ]) {
    assert.doesNotMatch(text, /hunter2/)
  }
})

for (const [what, rest, type, message, hint] of [
  [
    'a wrong variable',
    { env: { HUNT_DELAY: 'soon' } },
    ConfigError,
    'HUNT_DELAY is "soon", which is not a duration from 0s to 1d, such as 5m',
    'for example HUNT_DELAY=5m',
  ],
  [
    'a duration out of bounds',
    { env: { HUNT_TIMEOUT: '11m' } },
    ConfigError,
    'HUNT_TIMEOUT is "11m", which is not a duration from 1s to 10m, such as 3m',
    'for example HUNT_TIMEOUT=3m',
  ],
  [
    'a wrong flag is a usage error',
    { flags: { backend: 'azur' } },
    UsageError,
    '--backend is "azur", which is not one of azure, local',
    'for example --backend azure',
  ],
  [
    'a token must not travel in the clear',
    { env: { HUNT_ENDPOINT: 'http://api.example' } },
    ConfigError,
    'HUNT_ENDPOINT is "http://api.example", which is not an https:// address',
    'for example HUNT_ENDPOINT=https://api.loganalytics.azure.com',
  ],
  [
    'a workspace id that is none',
    { env: { HUNT_WORKSPACE_ID: 'contoso' } },
    ConfigError,
    'HUNT_WORKSPACE_ID is "contoso", which is not a workspace ID (GUID)',
    `for example HUNT_WORKSPACE_ID=00000000-0000-0000-0000-000000000001`,
  ],
  [
    'a named hunt.yaml that is not there',
    { configFile: 'no.yaml' },
    ConfigError,
    '--config names "no.yaml", but there is no such file',
    'examples/hunt.yaml is a file to start from',
  ],
] as const) {
  test(`mistake: ${what}`, async () => {
    await assert.rejects(load({}, rest), (error: unknown) => {
      assert.ok(error instanceof type, `${error}`)
      assert.equal(error.message, message)
      assert.equal(error.hint, hint)
      return true
    })
  })
}

test('a wrong value of .env is named with its file', async () => {
  await assert.rejects(
    load({ '.env': 'HUNT_CONCURRENCY=many' }),
    /^ConfigError: HUNT_CONCURRENCY \(in \.env\) is "many", which is not a whole number from 1 to 16$/,
  )
})

test('the emulator may be reached over http on this machine', async () => {
  assert.equal((await load({}, { env: { HUNT_ENDPOINT: 'http://127.0.0.1:8080/' } })).endpoint, 'http://127.0.0.1:8080')
})

test('a misspelt variable is worth a warning', async () => {
  assert.deepEqual((await load({}, { env: { HUNT_OUPUT: 'x' } })).warnings, [
    'HUNT_OUPUT is no setting of hunt; did you mean HUNT_OUTPUT?',
  ])
})

test('all mistakes of hunt.yaml come at once, with their places', async () => {
  const text = `otput: x
delay: [5m]
workspaces:
  - name: "prod eu"
    id: 42
  - nam: lab
  - name: ok
    id: ${ID}
    credentail: default
  - { name: OK, id: ${ID}, credential: password }
sinks:
  - folder: x
`
  await assert.rejects(load({ 'hunt.yaml': text }), (error: unknown) => {
    const { diagnostics, message } = error as ConfigFileError
    assert.equal(message, 'hunt.yaml has 11 mistakes; nothing was run')
    assert.deepEqual(
      diagnostics.map(
        ({ span, message, hint }) => `${span.line}:${span.column}+${span.length} ${message} | ${hint ?? ''}`,
      ),
      [
        '1:1+5 unknown key "otput" | did you mean "output"?',
        '2:1+5 delay needs one value | for example `delay: 5m`',
        '4:11+9 name "prod eu" is not letters, digits, ".", "_" and "-" | for example `name: contoso-prod`',
        '5:9+2 id "42" is not a workspace ID (GUID) | for example `id: 00000000-0000-0000-0000-000000000001`',
        '6:5+3 unknown key "nam" | did you mean "name"?',
        '6:5+8 a workspace has no name | for example `name: contoso-prod`',
        '6:5+8 a workspace has no id | for example `id: 00000000-0000-0000-0000-000000000001`',
        '9:5+10 unknown key "credentail" | did you mean "credential"?',
        '10:5+76 two workspaces are named "OK" | ',
        '10:71+8 credential "password" is not one of default, environment, managed-identity, workload-identity, client-secret, certificate, azure-cli, azure-powershell, azure-developer-cli | for example `credential: managed-identity`',
        '12:5+9 a sink has no type | for example `- type: file`',
      ],
    )
    return true
  })
})

test('broken YAML is a diagnostic with a place', async () => {
  await assert.rejects(load({ 'hunt.yaml': 'output: "x\n' }), (error: unknown) => {
    const [diagnostic] = (error as ConfigFileError).diagnostics
    assert.equal(diagnostic?.code, 'config-syntax')
    assert.equal(diagnostic?.span.file, 'hunt.yaml')
    return true
  })
})

test('the dead-man address is a secret: neither printed nor in a message about it', async () => {
  const url = 'https://hc-ping.example/token-of-mine'
  const config = await load({}, { env: { HUNT_DEAD_MAN_URL: url } })
  assert.equal(config.deadManUrl?.reveal(), url)
  assert.doesNotMatch(inspect(config, { depth: 9 }) + JSON.stringify(config), /token-of-mine/)
  await assert.rejects(load({}, { env: { HUNT_DEAD_MAN_URL: 'token-of-mine' } }), (error) => {
    assert.ok(error instanceof ConfigError)
    assert.match(error.message, /HUNT_DEAD_MAN_URL is set to something, which is not an http/)
    assert.doesNotMatch(error.message, /token-of-mine/)
    return true
  })
})

const SINKS = `sinks:
  - file
  - type: webhook
    url: env:HUNT_TEST_HOOK
    name: team
    to: [a, b]
    when: { severity: high, rules: "run-*", workspaces: [prod, eu] }
`

test('sinks have options, secrets from variables and routing', async () => {
  const config = await load({ 'hunt.yaml': SINKS, '.env': 'HUNT_TEST_HOOK=https://hooks.example/token-of-mine' })
  assert.deepEqual(config.warnings, [], 'a variable that a sink names is no misspelt setting')
  const [file, webhook] = config.sinks
  assert.equal(file?.type, 'file')
  assert.deepEqual(webhook?.when, { severity: 'High', rules: ['run-*'], workspaces: ['prod', 'eu'] })
  assert.deepEqual([webhook?.options['name'], webhook?.options['to']], ['team', ['a', 'b']])
  assert.equal(String(webhook?.options['url']), '***')
  assert.doesNotMatch(inspect(config, { depth: 9 }) + JSON.stringify(config), /token-of-mine/)
  assert.deepEqual(webhook?.spans?.['url'], { file: 'hunt.yaml', line: 4, column: 10, length: 18 })
})

test('a variable of a sink that is not set is an error with its place', async () => {
  await assert.rejects(load({ 'hunt.yaml': SINKS }), (error) => {
    assert.ok(error instanceof ConfigError)
    assert.equal(error.code, 'config/missing-sink-variable')
    assert.match(error.message, /option url of the sink "webhook" is env:HUNT_TEST_HOOK/)
    assert.deepEqual([error.span?.line, error.span?.column], [4, 10])
    return true
  })
})

test('mistakes of routing come with their places', async () => {
  const text = `sinks:
  - type: file
    when: { severity: Hihg, rule: x, tags: [], workspaces: { a: b } }
  - type: file
    name: b
    options: { a: b }
    when: High
`
  await assert.rejects(load({ 'hunt.yaml': text }), (error: unknown) => {
    assert.deepEqual(
      (error as ConfigFileError).diagnostics.map(
        ({ span, message, hint }) => `${span.line}:${span.column} ${message} | ${hint ?? ''}`,
      ),
      [
        '3:23 severity "Hihg" is not one of Informational, Low, Medium, High | did you mean "High"?',
        '3:29 unknown key "rule" | did you mean "rules"?',
        '3:44 when.tags is not a list of names | for example `tags: [prod*]`',
        '3:60 when.workspaces is not a list of names | for example `workspaces: [prod*]`',
        '6:14 the option options of a sink is neither a value nor a list of values | ',
        '7:11 when is not a mapping | for example `when: { severity: High }`',
      ],
    )
    return true
  })
})
