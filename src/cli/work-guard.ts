import { totalmem } from 'node:os'
import { createContext, Script } from 'node:vm'
import type { GuardedResult, WorkGuard } from '../domain/ports.ts'

/** Nearly all work that may be repeated is done sooner. As long the listeners of SIGINT may have to wait. */
const UNWATCHED = 1000

/**
 * A guard over V8's own termination, which reaches into running JavaScript: a watching thread ends it when the time is up or when
 * SIGINT comes. About 0.1 ms a run.
 *
 * To watch for SIGINT, Node.js takes its listeners away and puts them back afterwards; `onInterrupt` tells them. With them is lost a
 * signal that came before and is not yet dispatched (lib/vm.js, sigintHandlersWrap): where works of milliseconds follow upon each
 * other, that is every other one. So what may be repeated runs unwatched first, and is begun again, watched, when it takes long.
 */
export function createWorkGuard(onInterrupt: () => void, onLost: () => void = () => undefined): WorkGuard {
  const holder: { work: (() => unknown) | undefined } = { work: undefined }
  let machinery: { readonly context: object; readonly script: Script } | undefined
  let isLong = false

  const attempt = <Result>(work: () => Result, timeout: number, breakOnSigint: boolean): GuardedResult<Result> => {
    // A context takes a millisecond to make: who compiles nothing needs none.
    const { context, script } = (machinery ??= { context: createContext(holder), script: new Script('work()') })
    holder.work = work
    try {
      return { kind: 'done', value: script.runInContext(context, { timeout, breakOnSigint }) as Result }
    } catch (error) {
      // Not `instanceof Error`: it is the other context's.
      const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
      if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { kind: 'late' }
      if (code !== 'ERR_SCRIPT_EXECUTION_INTERRUPTED') throw error
      onInterrupt()
      return { kind: 'interrupted' }
    } finally {
      holder.work = undefined
    }
  }

  return {
    run(work, limit, { isRepeatable = false } = {}) {
      const timeout = Math.max(1, Math.ceil(limit))
      if (isRepeatable && !isLong) {
        const outcome = attempt(work, Math.min(timeout, UNWATCHED), false)
        if (outcome.kind !== 'late' || timeout <= UNWATCHED) return outcome
      }
      const begun = performance.now()
      try {
        return attempt(work, timeout, true)
      } finally {
        // Like works follow upon each other: the next need not be begun twice to be watched.
        isLong = isRepeatable && performance.now() - begun > UNWATCHED
      }
    },
    lost: onLost,
    memory: () => ({
      used: process.memoryUsage.rss(),
      // 0 or a size beyond all machines where nothing constrains the process.
      machine: Math.min(totalmem(), process.constrainedMemory() || Infinity),
    }),
  }
}
