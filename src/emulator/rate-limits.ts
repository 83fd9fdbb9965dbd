import type { Clock, Duration, Instant } from '../domain/time.ts'
import { minutes, seconds } from '../time/duration.ts'
import type { Call, LimitedService } from './operations/operation.ts'
import { armThrottled } from './sentinel/arm-errors.ts'
import { ServiceFault, throttled } from './service-errors.ts'

/** What the services allow one client; `shared/reference/azure-contract.md` A7 (queries), D5 (resource manager), E (ingestion). */
export interface RateSettings {
  readonly queries: {
    readonly rate: number
    readonly per: Duration
    readonly atOnce: number
    readonly waiting: number
    readonly longestWait: Duration
  }
  /** Token buckets: how much they hold, and how much comes back in a second. */
  readonly resourceManager: Readonly<Record<BucketKind, { readonly size: number; readonly refill: number }>>
  readonly ingestion: { readonly requests: number; readonly bytes: number; readonly per: Duration }
}

type BucketKind = 'reads' | 'writes' | 'deletes'

export const SERVICE_RATES: RateSettings = {
  queries: { rate: 200, per: seconds(30), atOnce: 5, waiting: 200, longestWait: minutes(3) },
  resourceManager: {
    reads: { size: 250, refill: 25 },
    writes: { size: 200, refill: 10 },
    deletes: { size: 200, refill: 10 },
  },
  ingestion: { requests: 12_000, bytes: 2 * 1024 ** 3, per: minutes(1) },
}

export interface RateLimits {
  /** Counts a request and returns the headers that tell what is left; throws the 429 when nothing is. */
  admit(service: LimitedService, call: Pick<Call, 'request' | 'url' | 'bytes' | 'captured'>): Record<string, string>
  /** Runs a query among so many at once; those beyond wait, and get a 429 when they wait for too long or too many do. */
  inTurn<T>(service: LimitedService, call: Pick<Call, 'request' | 'signal'>, work: () => Promise<T>): Promise<T>
}

/** @param hasIdentity whether requests have tokens; without, the address of a client is its identity (A7) */
export function createRateLimits(settings: RateSettings, clock: Clock, hasIdentity: boolean): RateLimits {
  const { queries, resourceManager, ingestion } = settings
  const windows = new Map<string, SlidingWindow>()
  const buckets = new Map<string, Bucket>()
  const turns = new Map<string, Turns>()
  const clientOf = ({ socket }: Call['request']): string => (hasIdentity ? '' : (socket.remoteAddress ?? ''))
  const slide = (key: string, most: number, per: Duration, size: number): void => {
    const wait = found(windows, key, () => new SlidingWindow(most, per)).take(size, clock.now())
    if (wait === undefined) return
    const headers = { 'Retry-After': String(Math.max(1, Math.ceil(wait / seconds(1)))) }
    throw key.startsWith('dcr') ? ingestionThrottled(headers) : throttled(headers)
  }
  return {
    admit(service, { request, url, bytes, captured: [rule = ''] }) {
      if (service === 'queries') slide(`queries ${clientOf(request)}`, queries.rate, queries.per, 1)
      if (service === 'ingestion') {
        slide(`dcr requests ${rule}`, ingestion.requests, ingestion.per, 1)
        slide(`dcr bytes ${rule}`, ingestion.bytes, ingestion.per, bytes.length)
      }
      if (service !== 'resource-manager') return {}
      const kind = kindOf(request.method ?? '')
      const [, subscription] = /^\/subscriptions\/([^/]+)\//i.exec(url.pathname) ?? []
      // Those of the tenant are as large (D5), and count what belongs to no subscription.
      const [scope, key] = subscription === undefined ? ['tenant', ''] : ['subscription', subscription.toLowerCase()]
      const header = `x-ms-ratelimit-remaining-${scope}-${kind}`
      const { left, wait } = found(buckets, `${header} ${key}`, () => new Bucket(resourceManager[kind])).take(
        clock.now(),
      )
      if (wait === undefined) return { [header]: String(left) }
      throw armThrottled({ 'Retry-After': String(wait), [header]: '0' })
    },
    async inTurn(service, { request, signal }, work) {
      if (service !== 'queries') return work()
      const line = found(turns, clientOf(request), () => new Turns(queries.atOnce, queries.waiting))
      const leave = await line.enter(clock.sleep.bind(clock), queries.longestWait, signal)
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}

/** A list by `POST` counts as a write, as recorded answers of Resource Manager have it. */
function kindOf(method: string): BucketKind {
  if (method === 'GET') return 'reads'
  return method === 'DELETE' ? 'deletes' : 'writes'
}

/** E knows the status and the header; the code is a guess. */
function ingestionThrottled(headers: Readonly<Record<string, string>>): ServiceFault {
  const error = { code: 'TooManyRequests', message: 'The data collection rule has taken in what it may in a minute.' }
  return new ServiceFault(429, error, headers, true)
}

function found<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key) ?? make()
  map.set(key, known)
  return known
}

/** So much within any stretch of a length. */
class SlidingWindow {
  readonly #most: number
  readonly #per: Duration
  #taken: { readonly at: Instant; readonly size: number }[] = []

  constructor(most: number, per: Duration) {
    this.#most = most
    this.#per = per
  }

  /** Undefined, or how long until there is room again. */
  take(size: number, now: Instant): number | undefined {
    this.#taken = this.#taken.filter(({ at }) => at > now - this.#per)
    const sum = this.#taken.reduce((total, each) => total + each.size, size)
    if (sum > this.#most) return (this.#taken[0]?.at ?? now) + this.#per - now
    this.#taken.push({ at: now, size })
    return undefined
  }
}

class Bucket {
  readonly #size: number
  readonly #refill: number
  #left: number
  #at: Instant | undefined

  constructor({ size, refill }: { readonly size: number; readonly refill: number }) {
    this.#size = size
    this.#refill = refill
    this.#left = size
  }

  /** What is left afterwards, or how many seconds until there is one. */
  take(now: Instant): { readonly left: number; readonly wait?: number } {
    const passed = Math.max(0, now - (this.#at ?? now)) / seconds(1)
    this.#left = Math.min(this.#size, this.#left + passed * this.#refill)
    this.#at = now
    if (this.#left < 1) return { left: 0, wait: Math.max(1, Math.ceil((1 - this.#left) / this.#refill)) }
    this.#left -= 1
    return { left: Math.floor(this.#left) }
  }
}

/** So many at once, the others in the order in which they came. */
class Turns {
  readonly #atOnce: number
  readonly #mostWaiting: number
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(atOnce: number, mostWaiting: number) {
    this.#atOnce = atOnce
    this.#mostWaiting = mostWaiting
  }

  async enter(sleep: Clock['sleep'], longest: Duration, signal: AbortSignal): Promise<() => void> {
    if (this.#running >= this.#atOnce) await this.#wait(sleep, longest, signal)
    else this.#running += 1
    return () => this.#leave()
  }

  /** Who waits takes over the place of who leaves, so that nobody who comes meanwhile gets between. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#running -= 1
    else next()
  }

  async #wait(sleep: Clock['sleep'], longest: Duration, signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#mostWaiting) throw throttled({})
    const over = new AbortController()
    let place = (): void => undefined
    const turn = new Promise<void>((resolve) => {
      place = resolve
      this.#waiting.push(place)
    })
    const tooLong = sleep(longest, AbortSignal.any([over.signal, signal])).then(
      () => 'late' as const,
      () => 'late' as const,
    )
    const first = await Promise.race([turn.then(() => 'turn' as const), tooLong])
    over.abort()
    if (first === 'turn') return
    const index = this.#waiting.indexOf(place)
    // Called in the very moment in which it was too late: the place is the next one's.
    if (index === -1) this.#leave()
    else this.#waiting.splice(index, 1)
    throw throttled({})
  }
}
