import { saying, startHunt } from '../../support/hunt.ts'

/** A workspace that outlives every kill: the emulator over a folder of logs, as a process of its own. */
export interface Workspace {
  readonly endpoint: string
  stop(): Promise<void>
}

export async function startWorkspace(logs: string): Promise<Workspace> {
  const child = startHunt(['emulate', '--data', logs], { cwd: logs })
  const { url } = JSON.parse(await saying(child, 'stdout', /\n/)) as { url: string }
  return {
    endpoint: url,
    stop: async () => {
      const closed = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGTERM')
      await closed
    },
  }
}
