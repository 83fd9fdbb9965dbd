import { Readable, Writable } from 'node:stream'
import { runCli } from '../../src/cli/run-cli.ts'
import type { Program, StopSignal } from '../../src/cli/program.ts'
import { fakeClock } from './instants.ts'
import { PACKAGE_ROOT } from './hunt.ts'
import type { HuntResult } from './hunt.ts'

export interface WorldOptions {
  readonly cwd: string
  readonly clock?: Program['clock']
  readonly env?: Readonly<Record<string, string>>
}

/** The program in this process, over a clock of the test's: quick, and as real as the ledger and the engine are. */
export interface World {
  readonly program: Program
  /** What has been written so far. */
  readonly said: { readonly stdout: string; readonly stderr: string }
  signal(name: StopSignal): void
}

export function makeWorld({ cwd, clock = fakeClock(), env = {} }: WorldOptions): World {
  const said = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        said[name] += chunk.toString()
        done()
      },
    })
  const listeners: ((signal: StopSignal) => void)[] = []
  const program: Program = {
    stdin: Readable.from([]),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    env: { ...env },
    cwd,
    clock,
    random: () => 0.5,
    process: { host: 'test', pid: 1, startedAt: clock.now(), isRunning: () => true },
    packageRoot: PACKAGE_ROOT,
    onSignal(listener) {
      listeners.push(listener)
      return () => listeners.splice(listeners.indexOf(listener), 1)
    },
    onStrayFailure: () => () => undefined,
    onLostThread: () => () => undefined,
    guard: undefined,
    abort: () => undefined,
  }
  return { program, said, signal: (name) => [...listeners].forEach((listener) => listener(name)) }
}

/** Runs one command to its end. */
export async function huntHere(args: readonly string[], options: WorldOptions): Promise<HuntResult> {
  const { program, said } = makeWorld(options)
  const code = await runCli(args, program)
  return { ...said, code }
}
