import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const PACKAGE_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const PROGRAM = join(PACKAGE_ROOT, 'bin', 'hunt.mjs')

export interface HuntOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  /** Shell commands that run first, in a mount namespace of the program's own. */
  readonly prepare?: string
}

export interface HuntResult {
  readonly stdout: string
  readonly stderr: string
  /** 128 + n after signal n. */
  readonly code: number | null
}

/** Runs the built program to its end, in an environment that has nothing of the developer's own settings. */
export async function hunt(args: readonly string[], options: HuntOptions): Promise<HuntResult> {
  const child = startHunt(args, options)
  child.stdin.end(options.stdin ?? '')
  return finished(child)
}

export function startHunt(
  args: readonly string[],
  { cwd, env = {}, prepare }: Omit<HuntOptions, 'stdin'>,
): ChildProcessWithoutNullStreams {
  const { PATH = '', SYSTEMROOT, TEMP, HOME } = process.env
  // Kept for one run of the tests, so that most processes need no language service; see scripts/test.mjs.
  const HUNT_CACHE = process.env['HUNT_TEST_CACHE'] ?? 'none'
  const base = { HUNT_CACHE, PATH, ...(SYSTEMROOT && { SYSTEMROOT }), ...(TEMP && { TEMP }), ...(HOME && { HOME }) }
  const command = [process.execPath, PROGRAM, ...args]
  const [file = '', ...rest] = prepare === undefined ? command : inNamespace(prepare, command)
  return spawn(file, rest, { cwd, env: { ...base, ...env } })
}

/** The words that run a command behind others, which may mount what they like: nobody else sees it. */
export function inNamespace(prepare: string, command: readonly string[]): readonly string[] {
  return ['unshare', '--map-root-user', '--mount', 'sh', '-ec', `${prepare}\nexec "$@"`, 'sh', ...command]
}

/** Mounting needs a user namespace, which some systems refuse. */
export const noNamespaces =
  spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status !== 0 && 'no mount namespaces here'

/** Its end for a reader that goes away after the first bytes, as `head` does. */
export async function finishedUnread(child: ChildProcessWithoutNullStreams): Promise<HuntResult> {
  child.stdout.once('data', () => child.stdout.destroy())
  return finished(child)
}

export async function finished(child: ChildProcessWithoutNullStreams): Promise<HuntResult> {
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { stdout, stderr, code }
}

/** Writes files below a folder; keys are paths with `/`. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}

/** Resolves when a stream has said something that matches; rejects when it ends first. */
export async function saying(
  child: ChildProcessWithoutNullStreams,
  stream: 'stdout' | 'stderr',
  pattern: RegExp,
): Promise<string> {
  let heard = ''
  return new Promise((resolve, reject) => {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      heard += text
      if (pattern.test(heard)) resolve(heard)
    })
    child.once('close', () => reject(new Error(`ended without saying ${pattern}: ${heard}`)))
  })
}
