import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { root } from './paths.mjs'

/**
 * Runs a command in the package root with our streams and resolves with its exit code (128 + n after signal n).
 * `stdout: 'stderr'` keeps a tool's chatter out of our standard output.
 */
export function run(command, args, { stdout = 'inherit', shell = false } = {}) {
  const out = stdout === 'stderr' ? process.stderr : stdout
  const child = spawn(command, args, { cwd: root, stdio: ['inherit', out, 'inherit'], shell })
  // Ctrl-C reaches the child by itself, because it shares our terminal; it decides when to stop, and we wait for it.
  // A signal that was sent to us alone (a service manager's SIGTERM) is handed on.
  const ignore = () => {}
  const forward = (signal) => child.kill(signal)
  process.on('SIGINT', ignore)
  process.on('SIGTERM', forward)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      process.off('SIGINT', ignore)
      process.off('SIGTERM', forward)
      resolve(code ?? 128 + (constants.signals[signal] ?? 0))
    })
  })
}
