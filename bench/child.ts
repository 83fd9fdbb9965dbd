import { spawn } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Profiler } from 'node:inspector'

export interface ChildRun {
  readonly stdout: string
  /** From the start of the process to its end. */
  readonly milliseconds: number
}

export interface ChildOptions {
  readonly cwd?: string
  /** Folder for bound trees; without it none are kept. */
  readonly cache?: string
}

/** Runs Node.js with arguments in an environment without the developer's own settings. Rejects unless it exits with 0. */
export async function runNode(args: readonly string[], { cwd, cache = 'none' }: ChildOptions = {}): Promise<ChildRun> {
  const { PATH = '', SYSTEMROOT, TEMP, HOME } = process.env
  const env = {
    HUNT_CACHE: cache,
    PATH,
    ...(SYSTEMROOT && { SYSTEMROOT }),
    ...(TEMP && { TEMP }),
    ...(HOME && { HOME }),
  }
  const start = performance.now()
  const child = spawn(process.execPath, [...args], { ...(cwd === undefined ? {} : { cwd }), env })
  child.stdin.end()
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const milliseconds = performance.now() - start
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}: ${stderr.trim() || stdout.trim()}`)
  return { stdout, milliseconds }
}

/** As runNode, under the sampling profiler. */
export async function profileNode(args: readonly string[], options: ChildOptions = {}): Promise<Profiler.Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'hunt-bench-profile-'))
  try {
    await runNode(['--cpu-prof', `--cpu-prof-dir=${folder}`, ...args], options)
    // One file a thread; the main thread's is the largest.
    const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
    const [text] = texts.sort((a, b) => b.length - a.length)
    if (text === undefined) throw new Error(`node ${args.join(' ')} left no profile`)
    return JSON.parse(text) as Profiler.Profile
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
