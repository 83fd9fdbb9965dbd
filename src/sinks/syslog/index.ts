import { hostname } from 'node:os'
import { trustedCertificates } from '../../azure/trusted-certificates.ts'
import { DeliveryError } from '../../domain/errors.ts'
import type { Sink } from '../../domain/ports.ts'
import { isLoopback } from '../../text/loopback.ts'
import type { SinkContext, SinkKind } from '../sink-kind.ts'
import { cefEvents } from './cef.ts'
import { cutTo, syslogMessage } from './message.ts'
import { reach, transmit } from './transport.ts'
import type { Receiver } from './transport.ts'

const PORTS = { tls: 6514, tcp: 601, udp: 514 } as const

/** RFC 5426, 3.2: what every receiver must take is 2048; larger ones are cut on the way. */
const LONGEST_DATAGRAM = 8192

export const syslogSink: SinkKind = {
  type: 'syslog',
  summary: 'CEF events in syslog (RFC 5424) over TLS, TCP or UDP, one for each alert.',
  options: {
    host: 'Name or address of the receiver',
    protocol: '`tls` (default), `tcp` or `udp`; the latter two are not protected',
    port: 'Port. Default: tls 6514, tcp 601, udp 514',
  },
  limit: 1000,
  create(name, options, context) {
    const protocol = options.choice('protocol', ['tls', 'tcp', 'udp']) ?? 'tls'
    return createSyslogSink(name, context, {
      host: options.needed('host', 'siem.contoso.com'),
      port: options.count('port', 1, 65535) ?? PORTS[protocol],
      protocol,
      ca: trustedCertificates(context.caFile === undefined ? [] : [context.caFile]),
    })
  },
}

/**
 * Own code, because the libraries at hand speak RFC 3164 or do not count octets, so that a line break in a cell would
 * begin a message of its own.
 */
function createSyslogSink(name: string, { clock, version }: SinkContext, receiver: Receiver): Sink {
  const { host, port, protocol } = receiver
  const here = hostname()
  return {
    name,
    async deliver(delivery, signal) {
      signal.throwIfAborted()
      const { severity, id } = delivery.incident
      const messages = cefEvents(delivery, version).map((event) => syslogMessage(event, severity, clock.now(), here))
      const sized = protocol === 'udp' ? messages.map((message) => cutTo(message, LONGEST_DATAGRAM)) : messages
      try {
        await transmit(sized, receiver, signal)
      } catch (error) {
        signal.throwIfAborted()
        throw networkError(error, name, receiver)
      }
      return { location: `syslog+${protocol}://${host}:${port}/#${id}`, duplicate: false }
    },
    async probe(signal) {
      await reach(receiver, signal)
      if (protocol === 'udp') return 'nobody confirms datagrams; whether they arrive shows at the receiver'
      return `${isLoopback(host) ? 'the receiver on this machine' : host} takes connections`
    },
  }
}

const CERTIFICATE_FAULT =
  /self.signed certificate|unable to (?:verify|get)[\w ]*certificate|certificate has expired|altname/i

function networkError(error: unknown, name: string, { host, port }: Receiver): DeliveryError {
  const reason = error instanceof Error ? error.message : String(error)
  const isCertificate = CERTIFICATE_FAULT.test(reason)
  return new DeliveryError({
    code: isCertificate ? 'sink/certificate' : 'sink/unreachable',
    message: `sink ${name}: ${host}:${port} cannot be reached: ${reason}`,
    hint: isCertificate
      ? 'Name the private certificate authority in HUNT_CA_FILE, or mend the certificate of the receiver.'
      : 'Check host, port and network; it is tried again.',
    fault: isCertificate ? 'sink' : 'passing',
    context: { host },
  })
}
