import { totalmem } from 'node:os'
import { createContext, Script } from 'node:vm'
import type { GuardedResult, WorkGuard } from '../domain/ports.ts'

/**
 * A guard over V8's own termination, which reaches into running JavaScript: a watching thread ends it when the time is
 * up or when SIGINT comes. While it runs, Node holds back the listeners of SIGINT; `onInterrupt` tells them afterwards.
 * About 0.1 ms a run.
 */
export function createWorkGuard(onInterrupt: () => void): WorkGuard {
  const holder: { work: (() => unknown) | undefined } = { work: undefined }
  let machinery: { readonly context: object; readonly script: Script } | undefined
  return {
    run<Result>(work: () => Result, limit: number): GuardedResult<Result> {
      // A context takes a millisecond to make: who compiles nothing needs none.
      const { context, script } = (machinery ??= { context: createContext(holder), script: new Script('work()') })
      holder.work = work
      try {
        const timeout = Math.max(1, Math.ceil(limit))
        return { kind: 'done', value: script.runInContext(context, { timeout, breakOnSigint: true }) as Result }
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
    },
    memory: () => ({
      used: process.memoryUsage.rss(),
      // 0 or a size beyond all machines where nothing constrains the process.
      machine: Math.min(totalmem(), process.constrainedMemory() || Infinity),
    }),
  }
}
