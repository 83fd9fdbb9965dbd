import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { DEFAULT_IDENTITY, startEmulator } from '../../src/emulator/index.ts'
import { openLedger } from '../../src/ledger/index.ts'
import { hours } from '../../src/time/duration.ts'
import { minus, plus } from '../../src/time/instant.ts'
import { systemClock } from '../../src/time/system-clock.ts'
import { httpReceiver } from '../support/receiver.ts'
import { RULE_ID } from '../support/rules.ts'
import { ALL_TYPES, tableBackend } from '../support/table-backend.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { jiraDouble } from '../conformance/sinks/ticket-systems.ts'
import { bundleChild } from './bundle-child.ts'
import type { SinkTask } from './sink-task.ts'

/**
 * kill -9 in the middle of a delivery, for each kind of sink and each message of its protocol: the receiver has the message,
 * the sender never hears of it. The next process must bring every incident to every receiver, and none may hold two.
 */
const CHILD = bundleChild('sink-child')
const ROWS = 3
const WORKSPACE = '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w'
const RULE = 'dcr-0123456789abcdef0123456789abcdef'

type Place = 'webhook' | 'jira' | 'azure' | 'email' | 'syslog'

interface World {
  readonly task: SinkTask
  /** Kills the child when the nth message has arrived at the place; absent: lets it live. */
  run(kill?: { readonly at: Place; readonly nth: number }): Promise<NodeJS.Signals | number | null>
  /** Ids of what each receiver holds, as it recognises them; throws for a duplicate that it should have recognised. */
  held(bookmarks?: number): Promise<Readonly<Record<string, readonly string[]>>>
}

async function makeWorld(t: TestContext): Promise<World> {
  let child: ChildProcess | undefined
  let kill: { readonly at: Place; left: number } | undefined
  const arrived = (place: Place): void => {
    if (kill?.at !== place) return
    kill.left -= 1
    if (kill.left > 0) return
    kill = undefined
    child?.kill('SIGKILL')
  }

  const hooks = new Map<string, string>()
  const webhook = await httpReceiver(t, ({ headers, body }) => {
    arrived('webhook')
    hooks.set(String(headers['webhook-id']), (JSON.parse(body) as { incident: { id: string } }).incident.id)
    return { status: 202 }
  })
  const tickets = jiraDouble()
  const jira = await httpReceiver(t, (message) => {
    const answer = tickets.take(message)
    arrived('jira')
    return answer
  })
  // The emulator reads the clock for its journal when a request is carried out, before the answer leaves.
  const clock = { ...systemClock, now: () => (arrived('azure'), systemClock.now()) }
  const emulator = await startEmulator({ backend: tableBackend({ AllTypes: ALL_TYPES }), tls: true, clock })
  t.after(() => emulator.close())
  const caFile = emulator.description.ca ?? ''

  const mails = new Map<string, string>()
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        void PostalMime.parse(Buffer.concat(parts)).then(({ messageId = '', headers }) => {
          mails.set(messageId, headers.find(({ key }) => key === 'x-hunt-incident')?.value ?? '')
          arrived('email')
          done()
        })
      })
    },
  })
  smtp.on('error', () => undefined)
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()))
  t.after(() => new Promise<void>((resolve) => smtp.close(() => resolve())))

  const events = new Map<string, string>()
  const siem = createServer({ allowHalfOpen: true }, (socket) => {
    let text = ''
    socket.on('error', () => undefined)
    socket.setEncoding('utf8').on('data', (part: string) => (text += part))
    socket.on('end', () => {
      for (const [, id = '', incident = ''] of text.matchAll(/externalId=(\S+) .*? cs1=(\S+)/g))
        events.set(id, incident)
      arrived('syslog')
      socket.end()
    })
  })
  await new Promise<void>((resolve) => siem.listen(0, '127.0.0.1', () => resolve()))
  t.after(() => siem.close())

  const folder = tempFolder(t)
  const portOf = (address: unknown): string => String((address as AddressInfo).port)
  const task: SinkTask = {
    ledger: join(folder, 'hunt.db'),
    output: join(folder, 'output'),
    rows: ROWS,
    emulator: emulator.url,
    caFile,
    ca: readFileSync(caFile, 'utf8'),
    login: DEFAULT_IDENTITY,
    sinks: [
      { type: 'file', options: {} },
      { type: 'webhook', options: { url: webhook.url } },
      { type: 'webhook', options: { url: jira.url, name: 'jira', format: 'jira', project: 'SEC' } },
      { type: 'sentinel', options: { workspace: WORKSPACE, endpoint: emulator.url } },
      { type: 'log-analytics', options: { endpoint: emulator.url, rule: RULE } },
      {
        type: 'email',
        options: {
          host: '127.0.0.1',
          port: portOf(smtp.server.address()),
          security: 'none',
          from: 'h@x.org',
          to: ['s@x.org'],
        },
      },
      { type: 'syslog', options: { host: '127.0.0.1', port: portOf(siem.address()), protocol: 'tcp' } },
    ],
  }
  return {
    task,
    run(wanted) {
      kill = wanted === undefined ? undefined : { at: wanted.at, left: wanted.nth }
      return new Promise((resolve, reject) => {
        const started = spawn(process.execPath, [CHILD, JSON.stringify(task)], { stdio: ['ignore', 'inherit', 'pipe'] })
        child = started
        let stderr = ''
        started.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
        started.on('error', reject)
        started.on('close', (code, signal) => {
          if (signal === null && code !== 0) reject(new Error(`the child ended with ${code}: ${stderr}`))
          else resolve(signal ?? code)
        })
      })
    },
    async held(bookmarks = ROWS) {
      const sentinel = await emulated(emulator.url, caFile, bookmarks)
      const files = join(task.output, 'incidents')
      return {
        file: (existsSync(files) ? readdirSync(files, { recursive: true }) : [])
          .map(String)
          .flatMap((name) => /--([0-9a-f-]{36})\.json$/.exec(name)?.[1] ?? []),
        webhook: [...hooks.values()],
        jira: tickets.tickets().map(({ incident }) => incident),
        ...sentinel,
        email: [...mails.values()],
        syslog: [...events.values()],
      }
    },
  }
}

/** What the emulator holds, asked for by a client of its own process. */
async function emulated(
  url: string,
  caFile: string,
  bookmarks: number,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const base = `${url}${WORKSPACE}/providers/Microsoft.SecurityInsights`
  const script = `
    const { ClientSecretCredential } = await import('@azure/identity')
    const ca = (await import('node:fs')).readFileSync(process.env.NODE_EXTRA_CA_CERTS)
    const login = new ClientSecretCredential('${DEFAULT_IDENTITY.tenantId}', '${DEFAULT_IDENTITY.clientId}', '${DEFAULT_IDENTITY.clientSecret}', { authorityHost: '${url}', disableInstanceDiscovery: true, tlsOptions: { ca } })
    const { token } = await login.getToken('https://management.azure.com/.default')
    const get = async (path) => (await fetch(path, { headers: { Authorization: 'Bearer ' + token } })).json()
    const version = '?api-version=2025-09-01&$top=1000'
    const incidents = (await get('${base}/incidents' + version)).value
    const comments = await Promise.all(incidents.map(async ({ name }) => (await get('${base}/incidents/' + name + '/comments' + version)).value.length))
    const relations = await Promise.all(incidents.map(async ({ name }) => (await get('${base}/incidents/' + name + '/relations' + version)).value.length))
    const bookmarks = (await get('${base}/bookmarks' + version)).value.length
    const { streams } = await get('${url}/_emulator/streams')
    console.log(JSON.stringify({ incidents: incidents.map(({ name }) => name), comments, relations, bookmarks, rows: streams.flatMap(({ rows }) => rows) }))`
  const text = await new Promise<string>((resolve, reject) => {
    const asked = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: caFile },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let out = ''
    asked.stdout.setEncoding('utf8').on('data', (part: string) => (out += part))
    asked.on('error', reject)
    asked.on('close', () => resolve(out))
  })
  const answer = JSON.parse(text) as {
    incidents: string[]
    comments: number[]
    relations: number[]
    bookmarks: number
    rows: { RowId: string; RecordKind: string; IncidentId: string }[]
  }
  const one = answer.incidents.map(() => 1)
  assert.deepEqual(
    [answer.comments, answer.relations, answer.bookmarks],
    [one, one.map(() => (bookmarks === 0 ? 0 : 1)), bookmarks],
    'one comment each, and one bookmark where there is an alert',
  )
  const rows = new Map(answer.rows.map((row) => [row.RowId, row]))
  return {
    sentinel: answer.incidents,
    'log-analytics': [...rows.values()].filter((row) => row.RecordKind === 'Incident').map((row) => row.IncidentId),
  }
}

// At Azure: two logins, then per incident of Sentinel read, write, bookmark, relation, comment; uploads in between.
// Of these `.ci/run`, which has twenty minutes for everything, takes every other one.
const AT_AZURE = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 14, 17, 20].filter(
  (_, index) => process.env['HUNT_SHORT'] !== '1' || index % 2 === 0,
)
const KILLS: readonly (readonly [at: Place, nths: readonly number[]])[] = [
  ['webhook', [1, 3]],
  ['jira', [1, 2, 5]],
  ['azure', AT_AZURE],
  ['email', [1, 3]],
  ['syslog', [1, 3]],
]

for (const [at, nths] of KILLS) {
  for (const nth of nths) {
    test(`killed when message ${nth} had arrived at ${at}: every receiver gets every incident, none gets two`, async (t) => {
      const world = await makeWorld(t)
      assert.equal(await world.run({ at, nth }), 'SIGKILL', 'the child must have come so far')
      assert.equal(await world.run(), 0)
      const held = await world.held()
      const incidents = [...(held['file'] ?? [])].sort()
      assert.equal(incidents.length, ROWS)
      for (const [sink, ids] of Object.entries(held)) assert.deepEqual([...ids].sort(), incidents, sink)
    })
  }
}

test('killed again and again: it comes to an end all the same', async (t) => {
  const world = await makeWorld(t)
  for (const at of ['webhook', 'jira', 'azure', 'email', 'syslog', 'azure', 'webhook'] as const) {
    await world.run({ at, nth: 2 })
  }
  assert.equal(await world.run(), 0)
  const held = await world.held()
  for (const [sink, ids] of Object.entries(held))
    assert.deepEqual([...ids].sort(), [...(held['file'] ?? [])].sort(), sink)
})

/** The ledger in a moment in which no child has it. */
function inLedger<Result>({ task }: World, work: (ledger: ReturnType<typeof openLedger>) => Result): Result {
  const ledger = openLedger(task.ledger)
  try {
    return work(ledger)
  } finally {
    ledger.close()
  }
}

for (const kills of [
  [{ at: 'azure', nth: 4 }],
  (['webhook', 'jira', 'email', 'syslog'] as const).map((at) => ({ at, nth: 1 })),
] as const) {
  test(`killed while the end of a silence is told (${kills.map(({ at }) => at).join(', ')}): every receiver hears of it, none twice`, async (t) => {
    const world = await makeWorld(t)
    const now = systemClock.now()
    const target = { rule: { id: RULE_ID, name: 'Rare script' }, workspace: undefined, entity: undefined }
    const words = { reason: 'patch day', author: 'eve' }
    inLedger(world, (ledger) =>
      ledger.silence({ target, since: minus(now, hours(1)), until: plus(now, hours(1)), ...words }),
    )
    assert.equal(await world.run(), 0)
    for (const [sink, ids] of Object.entries(await world.held(0))) assert.deepEqual(ids, [], `${sink} is silent`)
    inLedger(world, (ledger) => ledger.unsilence([1], systemClock.now()))
    const ends: unknown[] = []
    for (const kill of kills) ends.push(await world.run(kill))
    // A later kill may come too late: that sink was told while another one was waited for.
    assert.equal(ends[0], 'SIGKILL', 'the child must have come so far')
    assert.equal(await world.run(), 0)
    for (const [sink, ids] of Object.entries(await world.held(0))) assert.equal(ids.length, 1, sink)
    const { incidents, toldAt } = inLedger(world, (ledger) => {
      assert.deepEqual(ledger.pending(), [])
      const [silence] = ledger.silences({})
      return { incidents: silence?.incidentCount, toldAt: silence?.toldAt }
    })
    assert.equal(incidents, ROWS)
    assert.notEqual(toldAt, undefined)
  })
}
