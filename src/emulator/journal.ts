import type { IncomingHttpHeaders } from 'node:http'
import { formatInstant } from '../time/instant.ts'
import type { Instant } from '../domain/time.ts'

/** One request as it arrived, for tests of clients. Holds no token and no secret. */
export interface JournalEntry {
  readonly time: string
  readonly method: string
  /** Path and query string. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly status: number
  readonly fault: string | undefined
}

export interface Journal {
  add(entry: JournalEntry): void
  entries(): readonly JournalEntry[]
  clear(): void
}

/** Older entries make room, so that a long measurement does not fill the memory. */
const MOST_ENTRIES = 1000
const LONGEST_BODY = 20_000

export function createJournal(): Journal {
  let entries: JournalEntry[] = []
  return {
    add(entry) {
      entries.push(entry)
      if (entries.length > 2 * MOST_ENTRIES) entries = entries.slice(-MOST_ENTRIES)
    },
    entries: () => entries.slice(-MOST_ENTRIES),
    clear() {
      entries = []
    },
  }
}

export function journalEntry(
  time: Instant,
  request: { readonly method: string; readonly url: string; readonly headers: IncomingHttpHeaders },
  body: string,
  status: number,
  fault: string | undefined,
): JournalEntry {
  return {
    time: formatInstant(time),
    method: request.method,
    url: request.url,
    headers: withoutToken(request.headers),
    body: withoutSecrets(body).slice(0, LONGEST_BODY),
    status,
    fault,
  }
}

function withoutToken(headers: IncomingHttpHeaders): Record<string, string> {
  const seen = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(',') : (value ?? ''),
  ])
  const result: Record<string, string> = Object.fromEntries(seen)
  if (result['authorization'] !== undefined) {
    result['authorization'] = `${result['authorization'].split(' ')[0] ?? ''} ***`
  }
  return result
}

/** Form fields of a token request. */
function withoutSecrets(body: string): string {
  return body.replace(/\b(client_secret|client_assertion|password)=[^&]*/g, '$1=***')
}
