import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCli } from './cli/run-cli.ts'
import { systemClock } from './time/system-clock.ts'

process.exitCode = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  clock: systemClock,
  // Both src/main.ts and dist/main.js lie one folder below package.json.
  packageRoot: join(dirname(fileURLToPath(import.meta.url)), '..'),
  onSignal(listener) {
    process.on('SIGINT', listener).on('SIGTERM', listener)
    return () => process.off('SIGINT', listener).off('SIGTERM', listener)
  },
  abort: (exitCode) => process.exit(exitCode),
})
