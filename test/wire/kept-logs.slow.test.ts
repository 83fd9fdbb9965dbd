import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { DEFAULT_WORKSPACE, startEmulator } from '../../src/emulator/index.ts'
import type { EmulatorTable } from '../../src/emulator/index.ts'
import { assertFits } from '../support/schemas.ts'
import { writeFiles } from '../support/hunt.ts'
import { huntHere } from '../support/in-process.ts'
import { at, fakeClock } from '../support/instants.ts'
import { SIGN_IN_RULE } from '../support/small-rules.ts'
import { tableBackend } from '../support/table-backend.ts'
import { table } from '../support/tables.ts'
import { tempFolder } from '../support/temp-folder.ts'

const NOW = '2026-03-20T12:10:00Z'
const SIGN_INS = table(
  { TimeGenerated: 'datetime', UserPrincipalName: 'string', IPAddress: 'string', Location: 'string' },
  ['2026-03-19T09:00:00.0000000Z', 'mallory@contoso.com', '192.0.2.7', 'IS'],
)
const RULE = SIGN_IN_RULE.replace('queryPeriod: 1d', 'queryPeriod: 14d').replace(
  /query: \|\n(  .*\n)+/,
  'query: SigninLogs\n',
)

interface Status {
  readonly keptLogs: readonly { readonly keeps: string | null; readonly problem: { readonly code: string } | null }[]
}

/** The program over the emulator and its Resource Manager, which says this of the tables. */
async function overWorkspace(
  t: TestContext,
  tables: ReadonlyMap<string, EmulatorTable>,
  settings: Readonly<Record<string, string>> = {},
) {
  const cwd = tempFolder(t)
  writeFiles(cwd, { 'queries/rule.yaml': RULE })
  const backend = tableBackend({ SigninLogs: SIGN_INS })
  const emulator = await startEmulator({ backend, tables })
  t.after(() => emulator.close())
  const env = {
    HUNT_ENDPOINT: emulator.url,
    HUNT_MANAGEMENT_ENDPOINT: emulator.url,
    HUNT_WORKSPACE_ID: DEFAULT_WORKSPACE,
    HUNT_FORMATS: 'json',
    ...settings,
  }
  return {
    hunt: (args: readonly string[], now = NOW) => huntHere(args, { cwd, env, clock: fakeClock(at(now)) }),
    /** Paths that were asked of Resource Manager. */
    async managed(): Promise<readonly string[]> {
      const response = await fetch(`${emulator.url}/_emulator/requests`)
      const { requests } = (await response.json()) as { requests: { url: string }[] }
      return requests.map(({ url }) => url.replace(/\?.*/, '')).filter((url) => url.startsWith('/subscriptions'))
    },
  }
}

test('a run over more than its table keeps is partial, without a word in the settings, and its incidents go out', async (t) => {
  const workspace = await overWorkspace(t, new Map([['SigninLogs', { plan: 'Basic', retentionInDays: 8 }]]))
  const due = await workspace.hunt(['run', '--due', '--json'])
  const { runs } = JSON.parse(due.stdout) as { runs: { status: string; error: { code: string }; opened: unknown[] }[] }
  assert.deepEqual(
    runs.map(({ status, error, opened }) => [status, error.code, opened.length]),
    [['partial', 'backend/beyond-retention', 1]],
  )
  const gaps = await workspace.hunt(['gaps'])
  assert.match(gaps.stdout, /beyond the retention|older than what the workspace keeps/)
  // An hour later it is another slot, and the service is not asked again.
  await workspace.hunt(['run', '--due'], '2026-03-20T13:10:00Z')
  const asked = await workspace.managed()
  assert.deepEqual(
    asked.map((url) => url.split('/').at(-1)),
    ['subscriptions', 'workspaces', 'tables'],
  )
  const status = await workspace.hunt(['status', '--json'])
  const document = JSON.parse(status.stdout) as Status
  assertFits('status.schema.json', document)
  assert.deepEqual(
    document.keptLogs.map(({ keeps, problem }) => [keeps, problem]),
    [['90d', null]],
  )
})

test('a table that keeps enough is whole, whatever others keep', async (t) => {
  const workspace = await overWorkspace(t, new Map([['Flows_CL', { plan: 'Basic', retentionInDays: 8 }]]))
  const due = await workspace.hunt(['run', '--due'])
  assert.equal(due.code, 0, due.stderr)
})

test('the settings overrule the service, which is not asked then; nor is it for a window of a day', async (t) => {
  const tables = new Map([['SigninLogs', { plan: 'Basic' as const, retentionInDays: 8 }]])
  const told = await overWorkspace(t, tables, { HUNT_RETENTION: '90d' })
  assert.equal((await told.hunt(['run', '--due'])).code, 0)
  assert.deepEqual(await told.managed(), [])
  const young = await overWorkspace(t, tables)
  const run = await young.hunt(['run', 'rule', '--from', '2026-03-18', '--to', '2026-03-20'])
  assert.equal(run.code, 0, run.stderr)
  assert.deepEqual(await young.managed(), [])
})

test('where nobody may be asked the run goes on, and status says so', async (t) => {
  const nowhere = await startEmulator({ backend: tableBackend({}), workspaces: new Map() })
  t.after(() => nowhere.close())
  const workspace = await overWorkspace(t, new Map(), { HUNT_MANAGEMENT_ENDPOINT: nowhere.url })
  assert.equal((await workspace.hunt(['run', '--due'])).code, 0)
  const { stdout } = await workspace.hunt(['status'])
  assert.match(
    stdout,
    /warning: how long 'default' keeps logs cannot be asked: .*not among those.*\[auth\/workspace-unseen\]/,
  )
  assert.match(stdout, /count as complete\. Give the identity the role Log Analytics Reader, or set retention/)
})
