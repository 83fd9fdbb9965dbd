import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { examine, isSick } from '../../../src/doctor/index.ts'
import type { Diagnosis, DoctorPorts, DoctorRequest } from '../../../src/doctor/index.ts'
import { AuthError, BackendError, KqlError } from '../../../src/domain/errors.ts'
import type { Cell, Column } from '../../../src/domain/kusto.ts'
import type { Backend } from '../../../src/domain/ports.ts'
import { analyze } from '../../../src/kql/index.ts'
import { days, minutes } from '../../../src/time/duration.ts'
import { formatInstant, minus } from '../../../src/time/instant.ts'
import { at, fakeClock } from '../../support/instants.ts'
import { scheduledRule } from '../../support/rules.ts'

const NOW = at('2026-03-02T12:00:00Z')
const SCHEMA = {
  tables: new Map(
    ['AzureActivity', 'SigninLogs'].map((name) => [
      name,
      {
        name,
        columns: [
          { name: 'TimeGenerated', type: 'datetime' },
          { name: 'Caller', type: 'string' },
          { name: 'Detail', type: 'dynamic' },
        ] satisfies Column[],
      },
    ]),
  ),
  functions: new Map(),
}

interface Remote {
  /** Rows of getschema by table; a table that is not named is missing. */
  readonly tables: Readonly<Record<string, readonly (readonly [string, string])[]>>
  readonly records?: readonly Cell[]
  readonly now?: string
  readonly failure?: Error
}

const COLUMNS = [
  ['TimeGenerated', 'datetime'],
  ['Caller', 'string'],
  ['Detail', 'dynamic'],
] as const

/** 1,440 records of the last day, one a minute, that come within four minutes. */
const FRESH: readonly Cell[] = [1440n, '2026-03-01T12:00:00Z', '2026-03-02T11:59:00Z', '00:04:00']

/** Answers the three questions that the doctor asks, as a workspace would. */
function remote({ tables, records = FRESH, now = formatInstant(NOW), failure }: Remote): Backend {
  const table = (rows: readonly (readonly Cell[])[]) => ({
    status: 'complete' as const,
    warnings: [],
    table: { columns: [], rows },
  })
  return {
    name: 'azure',
    close: async () => undefined,
    async query({ query }) {
      if (failure !== undefined) throw failure
      if (query.startsWith('print')) return table([[now]])
      const name = /^\w+/.exec(query)?.[0] ?? ''
      const columns = tables[name]
      if (columns === undefined) throw new KqlError({ code: 'kql/semantic', message: `Failed to resolve '${name}'` })
      return table(query.includes('getschema') ? columns : [records])
    },
  }
}

async function diagnose(
  backend: Backend,
  request: Partial<DoctorRequest> = {},
  ports: Partial<DoctorPorts> = {},
): Promise<Diagnosis> {
  const told: unknown[] = []
  const diagnosis = await examine(
    {
      rules: [scheduledRule({ query: 'AzureActivity | where Caller != "" | project TimeGenerated, Caller' })],
      brokenFiles: [],
      workspaces: [{ name: 'prod', credential: 'managed-identity', retention: undefined, tags: [] }],
      at: undefined,
      timeout: minutes(3),
      delay: undefined,
      overlap: minutes(0),
      ...request,
    },
    { backend, schema: SCHEMA, clock: fakeClock(NOW), analyze, machine: [], ...ports },
    async (check) => void told.push(check),
    new AbortController().signal,
  )
  assert.deepEqual(told, diagnosis.checks, 'every finding is told when it is found')
  return diagnosis
}

/** The schema with a saved function, as the catalogue has those of the service. */
function analyzeWith(name: string, body: string): Pick<DoctorPorts, 'schema'> {
  const parameters = 'watchlistAlias:string, keepOriginalColumns:bool=bool(null)'
  return { schema: { ...SCHEMA, functions: new Map([[name, { name, parameters, body, columns: undefined }]]) } }
}

const check = ({ checks }: Diagnosis, area: string, subject?: string) =>
  checks.find((each) => each.area === area && (subject === undefined || each.subject === subject))

const HEALTHY: Remote = { tables: { AzureActivity: COLUMNS } }

describe('the doctor', () => {
  it('finds nothing where all is well', async () => {
    const diagnosis = await diagnose(remote(HEALTHY))
    assert.equal(isSick(diagnosis), false)
    assert.deepEqual(
      diagnosis.matrix.map(({ status, workspace }) => [workspace, status]),
      [['prod', 'ok']],
    )
    assert.deepEqual(
      diagnosis.checks.map(({ area, status }) => `${area} ${status}`),
      ['rules ok', 'credential ok', 'workspace ok', 'clock ok', 'table ok'],
    )
    assert.deepEqual(check(diagnosis, 'table')?.facts, {
      columns: 3,
      records: 1440,
      oldest: '2026-03-01T12:00:00Z',
      newest: '2026-03-02T11:59:00Z',
      delayMilliseconds: 240_000,
    })
  })

  it('takes watchlists for what they are, and says which are missing or empty', async () => {
    const query = (alias: string): string =>
      `let list = _GetWatchlist('${alias}'); AzureActivity | where Caller in (list) | project TimeGenerated, Caller`
    const listing = analyzeWith('_GetWatchlist', 'table(watchlistAlias)')
    const backend = remote(HEALTHY)
    const items: Readonly<Record<string, bigint>> = { VIPs: 2n, Nobody: 0n }
    const withLists: Backend = {
      ...backend,
      async query(request, signal) {
        const alias = /^_GetWatchlist\('(\w+)'\) \| count$/.exec(request.query)?.[1]
        if (alias === undefined) return backend.query(request, signal)
        const count = items[alias]
        if (count === undefined) throw new KqlError({ code: 'kql/semantic', message: 'no such list' })
        return { status: 'complete', warnings: [], table: { columns: [], rows: [[count]] } }
      },
    }
    const rules = ['VIPs', 'Nobody', 'Gone'].map((alias) => scheduledRule({ query: query(alias), name: alias }))
    const { checks, matrix } = await diagnose(withLists, { rules }, listing)
    assert.deepEqual(
      checks.flatMap(({ area, subject, status }) => (area === 'table' ? [`${subject} ${status}`] : [])),
      [
        'prod/AzureActivity ok',
        'prod/watchlist Gone failure',
        'prod/watchlist Nobody warning',
        'prod/watchlist VIPs ok',
      ],
    )
    assert.deepEqual(
      matrix.map(({ ruleName, status }) => [ruleName, status]),
      [
        ['VIPs', 'ok'],
        ['Nobody', 'ok'],
        ['Gone', 'failure'],
      ],
    )
  })

  it('tells a login that fails from a right that is missing', async () => {
    const login = await diagnose(
      remote({ tables: {}, failure: new AuthError({ code: 'auth/login-failed', message: 'no', hint: 'az login' }) }),
    )
    assert.equal(check(login, 'credential')?.status, 'failure')
    assert.equal(check(login, 'credential')?.remedy, 'az login')
    assert.equal(check(login, 'workspace'), undefined)
    const right = await diagnose(
      remote({
        tables: {},
        failure: new AuthError({ code: 'auth/forbidden', message: 'may not', hint: 'give it a role' }),
      }),
    )
    assert.equal(check(right, 'credential')?.status, 'ok')
    assert.equal(check(right, 'workspace')?.status, 'failure')
    assert.deepEqual(
      right.matrix.map(({ status, reasons }) => [status, reasons]),
      [['failure', ['may not']]],
    )
  })

  it('goes on with other workspaces after one that fails', async () => {
    const good = remote(HEALTHY)
    const failing: Backend = {
      ...good,
      async query(request, signal) {
        if (request.workspace === 'down') throw new BackendError({ code: 'backend/unavailable', message: 'down' })
        return good.query(request, signal)
      },
    }
    const workspaces = ['down', 'prod'].map((name) => ({ name, credential: undefined, retention: undefined, tags: [] }))
    const { matrix } = await diagnose(failing, { workspaces })
    assert.deepEqual(
      matrix.map(({ workspace, status }) => [workspace, status]),
      [
        ['down', 'failure'],
        ['prod', 'ok'],
      ],
    )
  })

  it('asks of each workspace only the rules that select it, and tells a rule that selects none', async () => {
    const query = 'AzureActivity | project TimeGenerated'
    const rules = [
      scheduledRule({ id: 'every', query }),
      scheduledRule({ id: 'tagged', query, workspaces: ['EU'] }),
      scheduledRule({ id: 'named', query, workspaces: ['lab'] }),
    ]
    const workspaces = [
      { name: 'prod', credential: undefined, retention: undefined, tags: ['eu'] },
      { name: 'lab', credential: undefined, retention: undefined, tags: [] },
    ]
    const { matrix } = await diagnose(remote(HEALTHY), { rules, workspaces })
    assert.deepEqual(
      matrix.map(({ ruleId, workspace }) => `${workspace} ${ruleId}`),
      ['prod every', 'prod tagged', 'lab every', 'lab named'],
    )
    const idle = await diagnose(remote(HEALTHY), { rules: [scheduledRule({ query, workspaces: ['us'] })], workspaces })
    assert.equal(check(idle, 'rules')?.status, 'failure')
    assert.match(check(idle, 'rules')?.message ?? '', /runs only in us, which is none of prod, lab/)
    const folder = await diagnose(remote(HEALTHY), {
      rules,
      workspaces: [{ name: 'local', credential: undefined, retention: undefined, tags: undefined }],
    })
    assert.equal(folder.matrix.length, 3, 'a data folder stands for any workspace')
  })

  it('says that a clock is wrong, and in which direction', async () => {
    const ahead = check(await diagnose(remote({ ...HEALTHY, now: '2026-03-02T11:58:00Z' })), 'clock')
    assert.equal(ahead?.status, 'warning')
    assert.match(ahead?.message ?? '', /2m ahead of that of the service/)
    const behind = check(await diagnose(remote({ ...HEALTHY, now: '2026-03-02T12:10:00Z' })), 'clock')
    assert.equal(behind?.status, 'failure')
    assert.match(behind?.message ?? '', /10m behind/)
  })

  it('names a missing table, and the place where the rule reads it', async () => {
    const diagnosis = await diagnose(remote({ tables: {} }))
    assert.equal(check(diagnosis, 'table', 'prod/AzureActivity')?.status, 'failure')
    assert.equal(diagnosis.matrix[0]?.status, 'failure')
    assert.match(diagnosis.matrix[0]?.reasons[0] ?? '', /AzureActivity.*\(queries\/rare-script\.yaml:11:3\)/)
  })

  it('warns only, where the query goes on without the table', async () => {
    const rules = [scheduledRule({ query: 'union isfuzzy=true AzureActivity, SigninLogs | project TimeGenerated' })]
    const { matrix } = await diagnose(remote(HEALTHY), { rules })
    assert.equal(matrix[0]?.status, 'warning')
    assert.match(matrix[0]?.reasons[0] ?? '', /SigninLogs is not there; the query goes on without it/)
  })

  it('asks for tables that only the workspace knows', async () => {
    const rules = [scheduledRule({ query: 'MyApp_CL | where User_s == "x" | project TimeGenerated' })]
    const own = [
      ['TimeGenerated', 'datetime'],
      ['User_s', 'string'],
    ] as const
    const known = await diagnose(remote({ tables: { MyApp_CL: own } }), { rules })
    assert.deepEqual(known.matrix[0]?.reasons, [])
    const lacking = await diagnose(remote({ tables: { MyApp_CL: own.slice(0, 1) } }), { rules })
    assert.match(lacking.matrix[0]?.reasons.join() ?? '', /User_s/)
  })

  it('finds a column that the workspace does not have', async () => {
    const { matrix } = await diagnose(
      remote({
        tables: {
          AzureActivity: [
            ['TimeGenerated', 'datetime'],
            ['Detail', 'dynamic'],
          ],
        },
      }),
    )
    assert.equal(matrix[0]?.status, 'failure')
    assert.match(matrix[0]?.reasons[0] ?? '', /Caller/)
  })

  it('warns of a leg of a fuzzy union that finds nothing', async () => {
    const rules = [scheduledRule({ query: 'union isfuzzy=true (AzureActivity | where Nope == 1), AzureActivity' })]
    const { matrix } = await diagnose(remote(HEALTHY), { rules })
    assert.equal(matrix[0]?.status, 'warning')
    assert.match(matrix[0]?.reasons[0] ?? '', /a fuzzy union goes on without a leg: .*'Nope'.* \(\S+:\d+:\d+\)$/)
  })

  it('warns of records that come later than a rule waits', async () => {
    const records: readonly Cell[] = [1440n, '2026-03-01T12:00:00Z', '2026-03-02T11:59:00Z', '00:12:00.5000000']
    const late = check(await diagnose(remote({ ...HEALTHY, records })), 'table')
    assert.equal(late?.status, 'warning')
    assert.match(late?.message ?? '', /within 12m1s, but a rule waits for only 5m/)
    const patient = await diagnose(remote({ ...HEALTHY, records }), { delay: minutes(10), overlap: minutes(5) })
    assert.equal(check(patient, 'table')?.status, 'ok')
  })

  it('warns of a table without records, and of one that stopped', async () => {
    const empty = await diagnose(remote({ ...HEALTHY, records: [0n, null, null, null] }))
    assert.equal(check(empty, 'table')?.status, 'warning')
    assert.match(empty.matrix[0]?.reasons[0] ?? '', /AzureActivity has no record in the/)
    const stopped = await diagnose(
      remote({ ...HEALTHY, records: [900n, '2026-03-01T12:00:00Z', '2026-03-01T20:00:00Z', '00:01:00'] }),
      { rules: [scheduledRule({ query: 'AzureActivity | project TimeGenerated', queryPeriod: minutes(60) })] },
    )
    assert.equal(stopped.matrix[0]?.status, 'warning')
  })

  it('warns of a table that begins within the period, but not of one that is merely sparse', async () => {
    const rules = [scheduledRule({ query: 'AzureActivity | project TimeGenerated', queryPeriod: days(14) })]
    const young = await diagnose(
      remote({ ...HEALTHY, records: [9000n, '2026-02-27T00:00:00Z', '2026-03-02T11:59:00Z', '00:01:00'] }),
      { rules },
    )
    assert.match(young.matrix[0]?.reasons[0] ?? '', /begins at 2026-02-27T00:00:00Z, within the 14d/)
    const sparse = await diagnose(
      remote({ ...HEALTHY, records: [4n, '2026-02-22T00:00:00Z', '2026-03-02T11:59:00Z', '00:01:00'] }),
      { rules },
    )
    assert.deepEqual(sparse.matrix[0]?.reasons, [])
  })

  it('compares the period with the retention of the workspace', async () => {
    const rules = [scheduledRule({ query: 'AzureActivity | project TimeGenerated', queryPeriod: days(14) })]
    const workspaces = [{ name: 'prod', credential: undefined, retention: days(7), tags: [] }]
    const { matrix } = await diagnose(remote(HEALTHY), { rules, workspaces })
    assert.equal(matrix[0]?.status, 'failure')
    assert.match(matrix[0]?.reasons[0] ?? '', /it reads 14d, and the workspace keeps 7d/)
  })

  it('compares it with what each table keeps, as the service says', async () => {
    const rules = [
      scheduledRule({ query: 'AzureActivity | project TimeGenerated', queryPeriod: days(14) }),
      scheduledRule({ id: 'other', query: 'AzureActivity | project TimeGenerated', queryPeriod: days(2) }),
    ]
    const tables = new Map([['azureactivity', { plan: 'Basic', kept: days(8) }]])
    const keptLogs = async () => ({ workspace: days(90), tables })
    const found = await diagnose(remote(HEALTHY), { rules }, { keptLogs })
    assert.deepEqual(
      [check(found, 'retention')?.status, check(found, 'retention')?.message],
      ['ok', 'it keeps logs for 90d'],
    )
    assert.match(found.matrix[0]?.reasons[0] ?? '', /it reads 14d, and .* keeps 8d/)
    assert.equal(found.matrix[0]?.status, 'failure')
    assert.match(found.matrix[1]?.reasons[0] ?? '', /AzureActivity has the plan Basic/)
    assert.equal(found.matrix[1]?.status, 'warning')
  })

  it('says that the settings promise more than the workspace keeps', async () => {
    const workspaces = [{ name: 'prod', credential: undefined, retention: days(180), tags: [] }]
    const keptLogs = async () => ({ workspace: days(90), tables: new Map() })
    const told = check(await diagnose(remote(HEALTHY), { workspaces }, { keptLogs }), 'retention')
    assert.deepEqual([told?.status, told?.message], ['warning', 'it keeps logs for 90d, and the settings say 180d'])
    assert.match(told?.remedy ?? '', /set retention: 90d/)
  })

  it('names the role where the service may not be asked, and goes by the settings', async () => {
    const rules = [scheduledRule({ query: 'AzureActivity | project TimeGenerated', queryPeriod: days(14) })]
    const workspaces = [{ name: 'prod', credential: undefined, retention: days(7), tags: [] }]
    const refused = new AuthError({ code: 'auth/forbidden', message: 'no', hint: 'a role' })
    for (const keptLogs of [async () => Promise.reject(refused), async () => 'unseen' as const]) {
      const found = await diagnose(remote(HEALTHY), { rules, workspaces }, { keptLogs })
      const told = check(found, 'retention')
      assert.equal(told?.status, 'warning')
      assert.match(told?.remedy ?? '', /role Log Analytics Reader/)
      assert.match(found.matrix[0]?.reasons[0] ?? '', /keeps 7d/)
    }
  })

  it('warns of types that differ from the schema that local runs use', async () => {
    const tables = {
      AzureActivity: [
        ['TimeGenerated', 'datetime'],
        ['Caller', 'string'],
        ['Detail', 'string'],
      ] as const,
    }
    const found = check(await diagnose(remote({ tables })), 'table')
    assert.equal(found?.status, 'warning')
    assert.match(found?.message ?? '', /Detail is string, not dynamic/)
  })

  it('reports what it could not look at as skipped, not as fine', async () => {
    const good = remote(HEALTHY)
    const backend: Backend = {
      ...good,
      async query(request, signal) {
        if (request.query.includes('getschema'))
          throw new BackendError({ code: 'backend/timeout', message: 'too slow' })
        return good.query(request, signal)
      },
    }
    const diagnosis = await diagnose(backend)
    assert.equal(check(diagnosis, 'table')?.status, 'skipped')
    assert.equal(diagnosis.matrix[0]?.status, 'warning')
  })

  it('looks at data as of a given time', async () => {
    const backend = remote(HEALTHY)
    const windows: string[] = []
    const spy: Backend = {
      ...backend,
      query: (request, signal) => {
        if (request.window !== undefined)
          windows.push(`${formatInstant(request.window.start)} ${formatInstant(request.window.end)}`)
        return backend.query(request, signal)
      },
    }
    const moment = at('2026-01-10T00:00:00Z')
    await diagnose(spy, { at: moment })
    assert.deepEqual([...new Set(windows)], [`${formatInstant(minus(moment, days(1)))} ${formatInstant(moment)}`])
  })

  it('asks at most three tables at once', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `T${index}`)
    const schema = {
      tables: new Map(
        names.map((name) => [name, { name, columns: [{ name: 'TimeGenerated', type: 'datetime' as const }] }]),
      ),
      functions: new Map(),
    }
    const good = remote({ tables: Object.fromEntries(names.map((name) => [name, COLUMNS])) })
    let running = 0
    let most = 0
    const backend: Backend = {
      ...good,
      async query(request, signal) {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
        return good.query(request, signal)
      },
    }
    const rules = [scheduledRule({ query: `union ${names.join(', ')} | project TimeGenerated` })]
    const diagnosis = await diagnose(backend, { rules }, { schema })
    assert.equal(diagnosis.checks.filter(({ area }) => area === 'table').length, 9)
    assert.equal(most, 3)
  })
})
