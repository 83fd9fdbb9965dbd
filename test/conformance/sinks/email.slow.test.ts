import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import PostalMime from 'postal-mime'
import type { Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import type { SMTPServerOptions } from 'smtp-server'
import { Secret } from '../../../src/config/secret.ts'
import type { SinkOption } from '../../../src/config/sink-config.ts'
import { DeliveryError } from '../../../src/domain/errors.ts'
import type { Sink } from '../../../src/domain/ports.ts'
import { createSinks } from '../../../src/sinks/index.ts'
import { systemClock } from '../../../src/time/system-clock.ts'
import { incidentOf } from '../../support/outcomes.ts'
import { selfSigned } from '../../support/self-signed.ts'
import { sinkContext } from '../../support/sink-context.ts'
import { growing, opened, sinkContract, updated } from './contract.ts'
import type { Breakage, Received } from './contract.ts'

const signal = new AbortController().signal
const PASSWORD = 'correct horse battery staple'

interface Mailbox {
  readonly port: number
  readonly caFile: string
  /** As a mailbox keeps them: one of each Message-ID. */
  mails(): readonly Email[]
  breakNext(how: Breakage): void
}

class Refusal extends Error {
  readonly responseCode: number
  constructor(responseCode: number, message: string) {
    super(message)
    this.responseCode = responseCode
  }
}

/** A real SMTP server with STARTTLS and a login. */
async function mailbox(t: TestContext, options: SMTPServerOptions = {}): Promise<Mailbox> {
  const { key, cert, caFile } = await selfSigned(t)
  const kept = new Map<string, Email>()
  let broken: Breakage | undefined
  const take = (): Breakage | undefined => {
    const how = broken
    broken = undefined
    return how
  }
  const server: SMTPServer = new SMTPServer({
    key,
    cert,
    logger: false,
    onAuth({ username, password }, _session, done) {
      if (broken === 'denied') {
        broken = undefined
        return done(new Refusal(535, `5.7.8 ${password ?? ''} is not the password of ${username ?? ''}`))
      }
      return password === PASSWORD ? done(null, { user: username }) : done(new Refusal(535, '5.7.8 no'))
    },
    onData(stream, _session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const how = take()
        if (how === 'busy') return done(new Refusal(451, '4.3.0 try again later'))
        if (how === 'refused') return done(new Refusal(554, '5.6.0 this content is not accepted'))
        void PostalMime.parse(Buffer.concat(parts)).then((mail) => {
          kept.set(mail.messageId ?? '', kept.get(mail.messageId ?? '') ?? mail)
          if (how === 'lost') for (const connection of server.connections) connection._socket.destroy()
          else done()
        })
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const { port } = server.server.address() as AddressInfo
  return { port, caFile, mails: () => [...kept.values()], breakNext: (how) => void (broken = how) }
}

function email(
  { port, caFile }: Pick<Mailbox, 'port' | 'caFile'>,
  options: Readonly<Record<string, SinkOption>> = {},
): Sink {
  const common = {
    host: 'localhost',
    port: String(port),
    from: 'Hunt <hunt@contoso.com>',
    to: ['soc@contoso.com', 'ann@contoso.com'],
  }
  const login = { user: 'hunt', password: new Secret(PASSWORD) }
  const context = sinkContext({ clock: systemClock, caFile })
  const [sink] = createSinks([{ type: 'email', options: { ...common, ...login, ...options } }], context)
  assert.ok(sink)
  return sink
}

const oneLine = (text: string): string => text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim()

function received(mails: readonly Email[]): ReadonlyMap<string, Received> {
  const found = new Map<string, Received>()
  for (const { subject = '', headers, text = '' } of mails) {
    const id = headers.find(({ key }) => key === 'x-hunt-incident')?.value ?? ''
    const ids = /Alert ids: (.*)/.exec(text)?.[1]?.split(', ') ?? []
    const title = subject.replace(/^(?:Re: )?\[hunt\] /, '')
    found.set(id, { title, alertIds: [...(found.get(id)?.alertIds ?? []), ...ids] })
  }
  return found
}

sinkContract('email', async (t) => {
  const box = await mailbox(t)
  return {
    connect: () => email(box),
    received: async () => received(box.mails()),
    told: async () => box.mails().map(({ text = '' }) => text),
    shown: oneLine,
    tellsDuplicates: false,
    breakNext: box.breakNext,
    secrets: [PASSWORD, Buffer.from(PASSWORD).toString('base64')],
  }
})

test('email: updates stand in the thread of the opening', async (t) => {
  const box = await mailbox(t)
  await email(box).deliver(opened(incidentOf()), signal)
  await email(box).deliver(updated(growing(incidentOf())), signal)
  const [first, second] = box.mails()
  assert.equal(second?.inReplyTo, first?.messageId)
  assert.equal(second?.references, first?.messageId)
  assert.equal(second?.subject, `Re: ${first?.subject ?? ''}`)
  assert.deepEqual(
    first?.to?.map(({ address }) => address),
    ['soc@contoso.com', 'ann@contoso.com'],
  )
})

test('email: cells are text in HTML, and begin no header', async (t) => {
  const box = await mailbox(t)
  const title = 'x\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script>'
  const incident = { ...incidentOf(), title, description: '<img src=https://evil.example/x>' }
  await email(box).deliver(opened(incident), signal)
  const [mail] = box.mails()
  assert.equal(mail?.bcc, undefined)
  assert.equal(mail?.subject, `[hunt] ${oneLine(title)}`)
  assert.doesNotMatch(mail?.html ?? '', /<(?:script|img|a)\b/)
  assert.match(mail?.html ?? '', /&lt;img src=https/)
})

test('email: a server without TLS is not told anything', async (t) => {
  const box = await mailbox(t, { hideSTARTTLS: true, disabledCommands: ['STARTTLS'] })
  await assert.rejects(email(box).deliver(opened(incidentOf()), signal), (error) => {
    assert.ok(error instanceof DeliveryError)
    assert.equal(error.fault, 'sink', error.message)
    return true
  })
  assert.equal(box.mails().length, 0)
})

test('email: a certificate that nobody vouches for is refused', async (t) => {
  const box = await mailbox(t)
  const other = await selfSigned(t)
  await assert.rejects(email({ ...box, caFile: other.caFile }).deliver(opened(incidentOf()), signal), { fault: 'sink' })
})

test('email: recipients who are all refused are a fault of the sink, one of several is named', async (t) => {
  const refused = (address: string): SMTPServerOptions => ({
    onRcptTo: ({ address: given }, _session, done) =>
      address === '*' || given === address ? done(new Refusal(550, '5.1.1 unknown')) : done(),
  })
  const all = await mailbox(t, refused('*'))
  await assert.rejects(email(all).deliver(opened(incidentOf()), signal), { fault: 'sink' })
  const one = await mailbox(t, refused('ann@contoso.com'))
  const { location } = await email(one).deliver(opened(incidentOf()), signal)
  assert.match(location, /refused for ann@contoso\.com$/)
})
