import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import type { Sink } from '../../../src/domain/ports.ts'
import { createSinks } from '../../../src/sinks/index.ts'
import { systemClock } from '../../../src/time/system-clock.ts'
import { incidentOf } from '../../support/outcomes.ts'
import { selfSigned } from '../../support/self-signed.ts'
import { sinkContext } from '../../support/sink-context.ts'
import { opened, sinkContract } from './contract.ts'
import type { Received } from './contract.ts'

const signal = new AbortController().signal

interface CefEvent {
  readonly header: readonly string[]
  readonly extension: Readonly<Record<string, string>>
}

/** Reads frames by their octet count, and nothing else. */
function frames(bytes: Buffer): readonly string[] {
  const found: string[] = []
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at)
    const length = Number(bytes.subarray(at, space).toString('ascii'))
    assert.ok(Number.isInteger(length) && length > 0, 'a frame begins with its length')
    found.push(bytes.subarray(space + 1, space + 1 + length).toString('utf8'))
    at = space + 1 + length
  }
  return found
}

/** A reader of its own for RFC 5424 and CEF, strict about what may stand unescaped. */
function parse(message: string): CefEvent {
  const [, cef] = /^<\d{1,3}>1 \d{4}-\d\d-\d\dT[\d:.]+Z \S+ hunt - incident - \ufeff(CEF:0\|.*)$/s.exec(message) ?? []
  assert.ok(cef !== undefined, message.slice(0, 200))
  assert.doesNotMatch(cef, /[\u0000-\u001f\u007f]/, 'no control character')
  const parts = cef.split(/(?<=(?<!\\)(?:\\\\)*)\|/)
  const header = parts.slice(0, 7).map((part) => part.replace(/\\([\\|])/g, '$1'))
  const fields = parts
    .slice(7)
    .join('|')
    .split(/ (?=\w+(?<!\\)=)/)
  const extension = fields.map((field) => {
    const [, key = '', value = ''] = /^(\w+)=(.*)$/s.exec(field) ?? []
    assert.doesNotMatch(value, /(?<!\\)(?:\\\\)*=/, 'an equals sign is escaped')
    return [key, value.replace(/\\(n|\\|=)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))]
  })
  return { header, extension: Object.fromEntries(extension) as Record<string, string> }
}

interface Collector {
  readonly port: number
  events(): readonly CefEvent[]
  /** The next connection is reset once something has come. */
  breakNext(): void
}

async function collector(t: TestContext, tls?: { key: string; cert: string }): Promise<Collector> {
  const connections: Buffer[][] = []
  let isBroken = false
  const listener = (socket: Socket): void => {
    const parts: Buffer[] = []
    connections.push(parts)
    const breaks = isBroken
    isBroken = false
    socket.on('error', () => undefined)
    socket.on('data', (part: Buffer) => {
      parts.push(part)
      if (breaks) socket.resetAndDestroy()
    })
    socket.on('end', () => socket.end())
  }
  const server = tls === undefined ? createServer({ allowHalfOpen: true }, listener) : createTlsServer(tls, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  t.after(() => server.close())
  return {
    port: (server.address() as AddressInfo).port,
    events: () => connections.flatMap((parts) => frames(Buffer.concat(parts))).map(parse),
    breakNext: () => void (isBroken = true),
  }
}

function syslog(port: number, protocol: string, caFile?: string): Sink {
  const config = { type: 'syslog', options: { host: 'localhost', port: String(port), protocol } }
  const [sink] = createSinks([config], sinkContext({ clock: systemClock, ...(caFile === undefined ? {} : { caFile }) }))
  assert.ok(sink)
  return sink
}

/** As a SIEM correlates them: one event of each externalId. */
function received(events: readonly CefEvent[]): ReadonlyMap<string, Received> {
  const unique = new Map(events.map((event) => [event.extension['externalId'] ?? '', event]))
  const found = new Map<string, Received>()
  for (const [id, { header, extension }] of unique) {
    const incident = extension['cs1'] ?? ''
    const isAlert = extension['cn1'] !== undefined
    const earlier = found.get(incident)
    found.set(incident, {
      title: earlier?.title ?? header[5] ?? '',
      alertIds: [...(earlier?.alertIds ?? []), ...(isAlert ? [id] : [])],
    })
  }
  return found
}

sinkContract('syslog', async (t) => {
  const certificate = await selfSigned(t)
  const siem = await collector(t, certificate)
  return {
    connect: () => syslog(siem.port, 'tls', certificate.caFile),
    received: async () => received(siem.events()),
    told: async () => {
      const unique = new Map(siem.events().map(({ extension }) => [extension['externalId'], extension]))
      return [...unique.values()].map((extension) => JSON.stringify(extension))
    },
    // An event is about its alert, which has a title of its own.
    shown: () => incidentOf().title,
    tellsDuplicates: false,
  }
})

for (const protocol of ['tcp', 'udp'] as const) {
  test(`syslog: hostile cells stay in their fields over ${protocol}`, async (t) => {
    const hostile = 'a|b\\|c=d\\=e\r\n<13>1 forged\u0000\u001b[2J 日本\u2028'
    const incident = incidentOf()
    const [alert] = incident.alerts
    assert.ok(alert)
    const entities = [{ type: 'Host' as const, identifiers: { HostName: hostile }, strong: false }]
    const alerts = [{ ...alert, title: hostile, description: hostile, entities }]
    const delivery = opened({ ...incident, ruleName: hostile, alerts })
    const [event] = protocol === 'tcp' ? await overTcp(t, delivery) : await overUdp(t, delivery)
    const shown = (lineBreak: string): string =>
      hostile.replace(/\r\n/, lineBreak).replace(/[\u0000-\u001f\u2028](?<!\n)/g, ' ')
    assert.equal(event?.header[5], shown(' '))
    assert.equal(event?.extension['shost'], shown('\n'))
    assert.equal(event?.extension['msg'], shown('\n'))
    assert.equal(event?.extension['cs2'], shown('\n'))
    assert.equal(event?.extension['externalId'], alert.id)
  })
}

const LONG_CELLS: Readonly<Record<string, string>> = {
  'of characters that are escaped': '\\='.repeat(100_000),
  'of three bytes each': '日'.repeat(100_000),
  'of words that look like fields': 'cs1=forged externalId=forged '.repeat(10_000),
}

for (const [kind, cell] of Object.entries(LONG_CELLS)) {
  test(`syslog: long cells ${kind} cut nothing that tells the event, over udp either`, async (t) => {
    const incident = incidentOf()
    const [alert] = incident.alerts
    assert.ok(alert)
    const entities = [
      { type: 'Host' as const, identifiers: { HostName: cell }, strong: false },
      { type: 'Account' as const, identifiers: { FullName: cell }, strong: false },
      { type: 'IP' as const, identifiers: { Address: cell }, strong: false },
      { type: 'URL' as const, identifiers: { Url: cell }, strong: false },
      { type: 'File' as const, identifiers: { Name: cell }, strong: false },
    ]
    const alerts = [{ ...alert, title: cell, description: cell, entities }]
    const delivery = opened({ ...incident, title: cell, ruleName: cell, alerts })
    const [event] = await overUdp(t, delivery)
    assert.equal(event?.extension['externalId'], alert.id)
    assert.equal(event?.extension['cs1'], incident.id)
    assert.equal(event?.extension['cs3'], incident.workspace)
    assert.equal(event?.extension['cn1'], '1')
    assert.ok(cell.startsWith((event?.extension['shost'] ?? 'none').replace(/…$/, '')), event?.extension['shost'])
  })
}

async function overTcp(t: TestContext, delivery: ReturnType<typeof opened>): Promise<readonly CefEvent[]> {
  const siem = await collector(t)
  await syslog(siem.port, 'tcp').deliver(delivery, signal)
  return siem.events()
}

async function overUdp(t: TestContext, delivery: ReturnType<typeof opened>): Promise<readonly CefEvent[]> {
  const socket = createSocket('udp4')
  t.after(() => socket.close())
  const message = new Promise<string>((resolve) => socket.once('message', (bytes) => resolve(bytes.toString('utf8'))))
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()))
  await syslog(socket.address().port, 'udp').deliver(delivery, signal)
  return [parse(await message)]
}

test('syslog: a connection that is reset has delivered nothing, as far as anybody knows', async (t) => {
  const siem = await collector(t)
  siem.breakNext()
  const sink = syslog(siem.port, 'tcp')
  await assert.rejects(sink.deliver(opened(incidentOf()), signal), { code: 'sink/unreachable', fault: 'passing' })
  await sink.deliver(opened(incidentOf()), signal)
  assert.equal(received(siem.events()).size, 1)
})

test('syslog: nobody listening is passing, a certificate that nobody vouches for is not', async (t) => {
  await assert.rejects(syslog(1, 'tcp').deliver(opened(incidentOf()), signal), {
    code: 'sink/unreachable',
    fault: 'passing',
  })
  const siem = await collector(t, await selfSigned(t))
  const other = await selfSigned(t)
  await assert.rejects(syslog(siem.port, 'tls', other.caFile).deliver(opened(incidentOf()), signal), {
    code: 'sink/certificate',
    fault: 'sink',
  })
})
