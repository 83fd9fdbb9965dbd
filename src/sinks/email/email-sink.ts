import type { Transporter } from 'nodemailer'
import type SMTPTransport from 'nodemailer/lib/smtp-transport'
import { DeliveryError } from '../../domain/errors.ts'
import type { DeliveryFault } from '../../domain/errors.ts'
import type { Sink } from '../../domain/ports.ts'
import type { Clock } from '../../domain/time.ts'
import { seconds } from '../../time/duration.ts'
import { redact } from '../http/redact.ts'
import { mailOf } from './mail.ts'

export interface EmailSettings {
  readonly name: string
  readonly host: string
  readonly port: number
  /** `starttls` refuses a server that cannot; `none` is for this machine. */
  readonly security: 'tls' | 'starttls' | 'none'
  readonly login: { readonly user: string; readonly password: () => string } | undefined
  readonly ca: readonly string[] | undefined
  readonly from: string
  readonly to: readonly string[]
  readonly clock: Clock
}

type SmtpTransporter = Transporter<SMTPTransport.SentMessageInfo>

/** Mails incidents through an SMTP server. */
export function createEmailSink(settings: EmailSettings): Sink {
  const { name, from, to, clock } = settings
  const domain = /@([^@>\s]+)>?$/.exec(from)?.[1] ?? 'hunt.invalid'
  const withServer = async <T>(signal: AbortSignal, work: (server: SmtpTransporter) => Promise<T>): Promise<T> => {
    signal.throwIfAborted()
    // Loaded with the first mail: a hunt whose sinks are files never needs it.
    const { createTransport } = await import('nodemailer')
    const server = createTransport(transportOptions(settings))
    const stop = (): void => server.close()
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await work(server)
    } catch (error) {
      signal.throwIfAborted()
      throw smtpError(error, settings)
    } finally {
      signal.removeEventListener('abort', stop)
      server.close()
    }
  }
  return {
    name,
    async deliver(delivery, signal) {
      const mail = mailOf(delivery, domain, clock.now())
      const sent = await withServer(signal, (server) =>
        server.sendMail({ ...mail, from, to: [...to], disableFileAccess: true, disableUrlAccess: true }),
      )
      // The server has the mail for the others: to send it again would give them two.
      const refused = sent.rejected.length === 0 ? '' : `, refused for ${sent.rejected.map(String).join(', ')}`
      return { location: `${mail.inReplyTo ?? mail.messageId}${refused}`, duplicate: false }
    },
    async probe(signal) {
      await withServer(signal, (server) => server.verify())
      return 'the mail server answers, and the login is accepted'
    },
  }
}

function transportOptions({ host, port, security, login, ca }: EmailSettings): SMTPTransport.Options {
  return {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password() } }),
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca: [...ca] }) },
    connectionTimeout: seconds(20),
    greetingTimeout: seconds(20),
    socketTimeout: seconds(60),
    logger: false,
  }
}

const CERTIFICATE_FAULT =
  /self.signed certificate|unable to (?:verify|get)[\w ]*certificate|certificate has expired|altname/i

/** Codes of nodemailer, and of SMTP (RFC 5321, 4.2; RFC 4954 for logins). */
function smtpError(error: unknown, { name, login, host }: EmailSettings): DeliveryError {
  const reason = error instanceof Error ? error.message : String(error)
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  const status: unknown = error instanceof Error && 'responseCode' in error ? error.responseCode : undefined
  const fault = faultOf(code, typeof status === 'number' ? status : 0, reason)
  const words = redact(
    reason,
    login === undefined ? [] : [login.password(), Buffer.from(login.password()).toString('base64')],
  )
  return new DeliveryError({
    code: fault === 'delivery' ? 'sink/refused' : fault === 'sink' ? 'sink/denied' : 'sink/busy',
    message: `sink ${name}: the mail server ${host} says: ${words}`,
    hint: HINTS[fault],
    fault,
    context: { host },
  })
}

const HINTS: Readonly<Record<DeliveryFault, string>> = {
  passing: 'It is tried again.',
  sink: 'Check server, certificate, login, sender and recipients of the sink in hunt.yaml; it is tried again.',
  delivery: 'The mail server refuses this mail: see its words, then hunt outbox retry or drop.',
}

function faultOf(code: unknown, status: number, reason: string): DeliveryFault {
  if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'ETLS' || CERTIFICATE_FAULT.test(reason)) return 'sink'
  // EENVELOPE: sender or every recipient is refused, whatever the mail says.
  if (code === 'EENVELOPE') return status >= 500 ? 'sink' : 'passing'
  if (status >= 500) return [530, 534, 535, 538].includes(status) ? 'sink' : 'delivery'
  return 'passing'
}
