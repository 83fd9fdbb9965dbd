import type { Severity } from '../../domain/rule.ts'
import type { Instant } from '../../domain/time.ts'

/** RFC 5424, 6.2.1: facility 13, log audit. */
const FACILITY = 13
const LEVELS: Readonly<Record<Severity, number>> = { Informational: 6, Low: 5, Medium: 4, High: 2 }

/** A syslog message (RFC 5424) around one event; the text is UTF-8 with the mark that section 6.4 asks for. */
export function syslogMessage(event: string, severity: Severity, now: Instant, host: string): Buffer {
  const priority = FACILITY * 8 + LEVELS[severity]
  const time = new Date(now).toISOString()
  return Buffer.from(`<${priority}>1 ${time} ${headerField(host, 255)} hunt - incident - \ufeff${event}`)
}

/** Printable ASCII, as the header's fields are. */
function headerField(text: string, most: number): string {
  const printable = text.replace(/[^\x21-\x7e]/g, '').slice(0, most)
  return printable === '' ? '-' : printable
}

/** Octet counting (RFC 6587, 3.4.1; RFC 5425, 4.3): the length says where a message ends, whatever is in it. */
export function framed(message: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${message.length} `), message])
}

/** A message of at most so many bytes, which ends with a whole character and a whole field of CEF or a part of its value. */
export function cutTo(message: Buffer, most: number): Buffer {
  if (message.length <= most) return message
  // What the cut left of a last character decodes to one U+FFFD; the key of a field without its value would belong to the one before.
  const text = message.subarray(0, most).toString('utf8').replace(/\ufffd$/, '').replace(/ \w{0,20}$/, '') // prettier-ignore
  return Buffer.from(text.replace(/(?<!\\)((?:\\\\)*)\\$/, '$1'))
}
