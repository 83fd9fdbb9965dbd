import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { Secret } from '../../../src/config/secret.ts'
import type { SinkOption } from '../../../src/config/sink-config.ts'
import { DeliveryError } from '../../../src/domain/errors.ts'
import type { Sink } from '../../../src/domain/ports.ts'
import { createSinks, prepareSinks } from '../../../src/sinks/index.ts'
import { systemClock } from '../../../src/time/system-clock.ts'
import { incidentOf } from '../../support/outcomes.ts'
import { httpReceiver } from '../../support/receiver.ts'
import type { Message } from '../../support/receiver.ts'
import { sinkContext } from '../../support/sink-context.ts'
import { closed, opened, sinkContract, updated, growing } from './contract.ts'
import type { Breakage, Received } from './contract.ts'
import { jiraDouble, serviceNowDouble, theHiveDouble } from './ticket-systems.ts'

const signal = new AbortController().signal
await prepareSinks([{ type: 'webhook' }])
const PATH_SECRET = 'T000-B000-very-secret'
const STATUS: Readonly<Record<Exclude<Breakage, 'lost'>, number>> = { busy: 503, denied: 401, refused: 422 }

function webhook(options: Readonly<Record<string, SinkOption>>): Sink {
  const [sink] = createSinks([{ type: 'webhook', options }], sinkContext({ clock: systemClock }))
  assert.ok(sink)
  return sink
}

const SIGNING = new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
const KEY = 'Bearer key-of-the-receiver'

sinkContract('webhook', async (t) => {
  const seen = new Set<unknown>()
  const held = new Map<string, Received>()
  const told: string[] = []
  const receiver = await httpReceiver(t, ({ headers, body }) => {
    const key = headers['webhook-id']
    if (seen.has(key)) return { status: 200, headers: { 'Idempotent-Replayed': 'true' } }
    seen.add(key)
    told.push(body)
    const { incident } = JSON.parse(body) as { incident: { id: string; title: string; alerts: { id: string }[] } }
    held.set(incident.id, { title: incident.title, alertIds: incident.alerts.map(({ id }) => id) })
    return { status: 202 }
  })
  return {
    connect: () =>
      webhook({ url: new Secret(`${receiver.url}/${PATH_SECRET}`), secret: SIGNING, authorization: new Secret(KEY) }),
    received: async () => held,
    told: async () => told,
    breakNext: (how) => receiver.breakNext(how === 'lost' ? how : STATUS[how]),
    secrets: [PATH_SECRET, SIGNING.reveal(), KEY],
  }
})

for (const [format, double, options] of [
  ['thehive', theHiveDouble, {}],
  ['jira', jiraDouble, { project: 'SEC' }],
  ['servicenow', serviceNowDouble, {}],
] as const) {
  test(`webhook ${format}: one ticket an incident, however often it is told and whatever is lost on the way`, async (t) => {
    const system = double()
    const receiver = await httpReceiver(t, system.take)
    const isWrite = ({ method, path }: Message): boolean => method !== 'GET' && !/query|search/.test(path)
    const connect = (): Sink => webhook({ url: receiver.url, format, authorization: new Secret(KEY), ...options })
    const incident = {
      ...incidentOf(),
      alerts: incidentOf().alerts.map((alert) => ({ ...alert, customDetails: { Caller: ['eve'] } })),
      title: 'a "title"\r\nwith <b>lines</b>',
      description: '*x*\u0000{code}'.repeat(5000),
    }
    receiver.breakNext('lost', isWrite)
    await assert.rejects(connect().deliver(opened(incident), signal), { fault: 'passing' })
    const first = await connect().deliver(opened(incident), signal)
    assert.equal(first.duplicate, true, 'the ticket is there, though its answer was lost')
    const grown = growing(incident)
    receiver.breakNext('lost', isWrite)
    await assert.rejects(connect().deliver(updated(grown), signal), { fault: 'passing' })
    assert.deepEqual(await connect().deliver(updated(grown), signal), { location: first.location, duplicate: true })
    assert.equal((await connect().deliver(opened(incident), signal)).duplicate, true, 'late')
    const [ticket, ...more] = system.tickets()
    assert.deepEqual([more, ticket?.incident], [[], incident.id])
    assert.match(ticket?.text ?? '', /Alerts: 2/)
    assert.match(ticket?.text ?? '', /\\n {2}Caller: eve\\n/)
    assert.ok(receiver.messages.every(({ headers }) => headers.authorization === KEY))
    await connect().deliver(closed(grown), signal)
    assert.equal((await connect().deliver(closed(grown), signal)).duplicate, true)
    assert.match(system.tickets()[0]?.text ?? '', /closed by ann as BenignPositive/)
    await connect().deliver(opened(incidentOf('another')), signal)
    assert.equal(system.tickets().length, 2)
  })
}

async function bodyFor(t: TestContext, format: string, delivery = opened(incidentOf())): Promise<unknown> {
  const receiver = await httpReceiver(t, () => ({ status: 200 }))
  await webhook({ url: receiver.url, format }).deliver(delivery, signal)
  return JSON.parse(receiver.messages[0]?.body ?? '')
}

test('webhook: a library of Standard Webhooks accepts the signature, and refuses it over another body', async (t) => {
  const receiver = await httpReceiver(t, () => ({ status: 204 }))
  await webhook({ url: receiver.url, secret: SIGNING }).deliver(opened(incidentOf()), signal)
  const [message] = receiver.messages
  assert.ok(message)
  const headers = message.headers as Record<string, string>
  const verifier = new Webhook(SIGNING.reveal())
  assert.doesNotThrow(() => verifier.verify(message.body, headers))
  assert.throws(() => verifier.verify(`${message.body} `, headers))
})

test('webhook: Teams gets a card in which no cell is Markdown, however hostile, below its 28 KB', async (t) => {
  const title = '[click](https://evil.example) <at>everyone</at> "quote"'
  const incident = { ...incidentOf(), title, description: 'x"\n\\'.repeat(9000) }
  const card = await bodyFor(t, 'teams', opened(incident))
  const text = JSON.stringify(card)
  assert.ok(Buffer.byteLength(text) < 28_000, `${Buffer.byteLength(text)} bytes`)
  const blocks = (card as { attachments: { content: { body: { type: string }[] } }[] }).attachments[0]?.content.body
  assert.deepEqual(new Set(blocks?.map(({ type }) => type)), new Set(['RichTextBlock']), 'TextBlocks read Markdown')
})

test('webhook: Teams gets less than 28 KB in whatever script the log is', async (t) => {
  for (const letter of ['\u{65e5}', '\u0001', '\u{1f600}', '\ud800']) {
    const long = letter.repeat(6000)
    const entities = Array.from({ length: 20 }, (_, index) => {
      return { type: 'Account', identifiers: { FullName: `${index}${long}` }, strong: false } as const
    })
    const customDetails = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`${index}${long}`, [long, long, long]]),
    )
    const alerts = incidentOf().alerts.map((alert) => ({ ...alert, customDetails }))
    const texts = { title: long, ruleName: long, workspace: long, description: long }
    const incident = { ...incidentOf(), ...texts, entities, alerts }
    const size = Buffer.byteLength(JSON.stringify(await bodyFor(t, 'teams', opened(incident))))
    assert.ok(size < 28_000, `${JSON.stringify(letter)}: ${size} bytes`)
  }
})

test('webhook: Slack gets blocks within their limits, in which no cell can mention or link', async (t) => {
  const title = `<!channel> <https://evil.example|click> ${'ä'.repeat(4000)}`
  const incident = { ...incidentOf(), title, description: '' }
  const { text, blocks } = (await bodyFor(t, 'slack', opened(incident))) as {
    text: string
    blocks: { type: string; text?: { type: string; text: string }; fields?: { type: string; text: string }[] }[]
  }
  assert.ok(!text.includes('<') && text.length <= 3000, text.slice(0, 100))
  const texts = blocks.flatMap((block) => [...(block.text === undefined ? [] : [block.text]), ...(block.fields ?? [])])
  assert.ok(texts.every(({ type, text: each }) => type === 'plain_text' && each.length > 0 && each.length <= 3000))
  assert.ok((blocks[0]?.text?.text.length ?? 999) <= 150)
})

test('webhook: Teams and Slack show the custom details of the alerts', async (t) => {
  const alerts = incidentOf().alerts.map((alert) => ({
    ...alert,
    customDetails: { Script: ['[x](https://evil.example)', '<!channel>'], Callers: ['eve'] },
  }))
  const delivery = opened({ ...incidentOf(), alerts })
  const card = JSON.stringify(await bodyFor(t, 'teams', delivery))
  assert.match(card, /"text":"Script: "\},\{"type":"TextRun","fontType":"Monospace","text":"\[x\]\(https:\/\/evil/)
  const { blocks } = (await bodyFor(t, 'slack', delivery)) as { blocks: { text?: { type: string; text: string } }[] }
  const shown = blocks.find(({ text }) => text?.text.startsWith('Script: '))?.text
  assert.equal(shown?.type, 'plain_text')
  assert.equal(shown.text, 'Script: [x](https://evil.example), <!channel>\nCallers: eve')
})

test('webhook: a cell of some megabytes makes no body that a receiver refuses for its size', async (t) => {
  const receiver = await httpReceiver(t, () => ({ status: 202 }))
  const incident = incidentOf()
  const [alert] = incident.alerts
  assert.ok(alert)
  const long = 'x'.repeat(3_000_000)
  const entities = [{ type: 'Host' as const, identifiers: { HostName: long, AzureID: 'id' }, strong: false }]
  const alerts = Array.from({ length: 20 }, (_, index) => ({ ...alert, id: `${index}${alert.id.slice(2)}`, entities }))
  await webhook({ url: new Secret(receiver.url) }).deliver(opened({ ...incident, entities, alerts }), signal)
  const body = receiver.messages.at(-1)?.body ?? ''
  assert.ok(body.length < 200_000, String(body.length))
  const { incident: told } = JSON.parse(body) as { incident: { entities: readonly unknown[] } }
  assert.deepEqual(told.entities, [
    {
      type: 'Host',
      identifiers: { HostName: `${'x'.repeat(4095)}…`, AzureID: 'id' },
      strong: false,
      label: `${'x'.repeat(299)}…`,
    },
  ])
})

test('webhook: a receiver that asks for patience is told no sooner', async (t) => {
  const receiver = await httpReceiver(t, () => ({ status: 429, headers: { 'Retry-After': '17' } }))
  await assert.rejects(webhook({ url: receiver.url }).deliver(opened(incidentOf()), signal), (error) => {
    assert.ok(error instanceof DeliveryError)
    assert.deepEqual([error.code, error.fault, error.retryAfter], ['sink/busy', 'passing', 17_000])
    return true
  })
})

test('webhook: a redirect is not followed', async (t) => {
  const other = await httpReceiver(t, () => ({ status: 200 }))
  const receiver = await httpReceiver(t, () => ({ status: 307, headers: { Location: other.url } }))
  await assert.rejects(webhook({ url: receiver.url }).deliver(opened(incidentOf()), signal), { fault: 'sink' })
  assert.equal(other.messages.length, 0)
})

test('webhook: an update tells Slack what is new', async (t) => {
  const { text } = (await bodyFor(t, 'slack', updated(growing(incidentOf())))) as { text: string }
  assert.match(text, /\(1 alert more\)$/)
})
