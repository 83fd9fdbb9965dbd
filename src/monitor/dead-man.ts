import { HuntError } from '../domain/errors.ts'
import type { Instant } from '../domain/time.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { seconds } from '../time/duration.ts'
import { formatInstant } from '../time/instant.ts'

export interface DeadManOptions {
  /** A file that is written anew at each sign of life. */
  readonly file: string | undefined
  /** An address that is asked for at each sign of life. It may hold a secret, so it is never printed. */
  readonly url: string | undefined
}

/** Gives a sign of life after each pass; whoever misses it knows that hunt is dead. */
export interface DeadMan {
  /** Resolves with what went wrong, in words: a monitor that cannot be reached must not stop the hunt. */
  signOfLife(now: Instant): Promise<readonly string[]>
}

const TIMEOUT = seconds(10)

export function createDeadMan({ file, url }: DeadManOptions): DeadMan {
  return {
    async signOfLife(now) {
      const problems = await Promise.all([
        file === undefined ? undefined : touch(file, now),
        url === undefined ? undefined : ping(url),
      ])
      return problems.filter((problem) => problem !== undefined)
    },
  }
}

async function touch(file: string, now: Instant): Promise<string | undefined> {
  try {
    await writeAtomically(file, `${formatInstant(now)}\n`)
    return undefined
  } catch (error) {
    if (!(error instanceof HuntError)) throw error
    return `no sign of life in ${file}: ${error.message}`
  }
}

async function ping(url: string): Promise<string | undefined> {
  const { host } = new URL(url)
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT), redirect: 'follow' })
    await response.body?.cancel()
    return response.ok ? undefined : `the dead-man address at ${host} answers ${response.status}`
  } catch (error) {
    return `the dead-man address at ${host} cannot be reached: ${causeOf(error)}`
  }
}

/** `fetch failed` says nothing; its cause does. Neither names the address, only host and port. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { cause } = error
  if (cause instanceof Error && 'code' in cause) return String(cause.code)
  return error.name
}
