import { trustedCertificates } from '../../azure/trusted-certificates.ts'
import { isLoopback } from '../../text/loopback.ts'
import type { SinkKind } from '../sink-kind.ts'
import type { SinkOptions } from '../sink-options.ts'
import { createEmailSink } from './email-sink.ts'

const PORTS = { tls: 465, starttls: 587, none: 25 } as const

export const emailSink: SinkKind = {
  type: 'email',
  summary: 'Mails, in threads by incident, through an SMTP server.',
  options: {
    host: 'Name of the SMTP server',
    port: 'Its port. Default: 587, with `security: tls` 465',
    security: '`starttls` (default, required of the server), `tls`, or `none`, which only this machine may have',
    user: 'Name to log in with',
    password: 'Password to log in with, `env:NAME`',
    from: 'Sender, `hunt@contoso.com` or `Hunt <hunt@contoso.com>`',
    to: 'Recipients, a list',
  },
  limit: 50,
  create(name, options, context) {
    const host = options.needed('host', 'smtp.contoso.com')
    const security = options.choice('security', ['starttls', 'tls', 'none']) ?? 'starttls'
    if (security === 'none' && !isLoopback(host)) {
      throw options.wrong('security', 'sends incidents and password unprotected, which only this machine may have')
    }
    const to = options.list('to')
    if (to.length === 0) throw options.missing('to', '[soc@contoso.com]')
    for (const [key, addresses] of [
      ['to', to],
      ['from', [options.needed('from', 'hunt@contoso.com')]],
    ] as const) {
      const bad = addresses.find((address) => !ADDRESS.test(address))
      if (bad !== undefined) throw options.wrong(key, `has "${bad}", which is no mail address`)
    }
    return createEmailSink({
      name,
      host,
      port: options.count('port', 1, 65535) ?? PORTS[security],
      security,
      login: loginOf(options),
      ca: trustedCertificates(context.caFile === undefined ? [] : [context.caFile]),
      from: options.needed('from', 'hunt@contoso.com'),
      to,
      clock: context.clock,
    })
  },
}

/** An address, or a name with an address in angle brackets; no line breaks, which would begin another header. */
const ADDRESS = /^(?:[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/

function loginOf(options: SinkOptions): { readonly user: string; readonly password: () => string } | undefined {
  const user = options.text('user')
  const password = options.secret('password')
  if (user === undefined && password === undefined) return undefined
  if (user === undefined) throw options.missing('user', 'hunt')
  if (password === undefined) throw options.missing('password', 'env:SMTP_PASSWORD')
  return { user, password }
}
