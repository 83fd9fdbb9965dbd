import { EXIT } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import { UsageError } from '../../domain/errors.ts'
import { defineCommand } from '../command.ts'
import { openLocal, startEmulatorOver } from '../compose.ts'
import type { EmulatorRequest } from '../compose.ts'
import { isOn, textOption, withJob } from '../options.ts'
import { instantOption } from '../window-options.ts'

export const emulate = defineCommand<EmulatorRequest>({
  name: 'emulate',
  describe(command) {
    command
      .summary('serve a folder of logs as the Logs Query API')
      .option('--data <folder>', 'folder of table files: <Table>.ndjson, .json, .csv, .parquet, each also .gz')
      .option('--port <number>', 'port to listen on (default: 0, any free one)')
      .option('--host <address>', 'address to listen on (default: 127.0.0.1, this machine only)')
      .option('--tls', 'serve https with a certificate of its own, and ask for tokens of its own token endpoint')
      .option('--now <time>', 'what now() and ago() mean in queries that do not say (default: the present)')
    withJob(
      command,
      'Serves the Logs Query API over the embedded engine, so that SDKs, scripts and hunt itself can be tried without a\nworkspace. Prints one JSON line when it listens, and stops on Ctrl-C or SIGTERM.',
      [
        ['serve the bundled week of logs', 'hunt emulate --data samples/data --port 8080 --now 2026-03-09'],
        [
          'search it as if it were Azure',
          'HUNT_ENDPOINT=http://127.0.0.1:8080 HUNT_WORKSPACE_ID=<workspace of the line> hunt query "Heartbeat | take 3"',
        ],
      ],
    )
  },
  parse: ({ options }) => ({
    host: textOption(options, 'host') ?? '127.0.0.1',
    port: portOption(textOption(options, 'port') ?? '0'),
    tls: isOn(options, 'tls'),
    now: instantOption(options, 'now'),
  }),
  async run(request, context): Promise<ExitCode> {
    const backend = await openLocal(context)
    try {
      const emulator = await startEmulatorOver(backend, context, request)
      try {
        await context.out.line(JSON.stringify(emulator.description))
        await untilAborted(context.signal)
      } finally {
        await emulator.close()
      }
    } finally {
      await backend.close()
    }
    return EXIT.ok
  },
})

function portOption(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65535) return port
  throw new UsageError({
    code: 'usage/invalid-port',
    message: `--port is "${text}", which is not a number from 0 to 65535`,
    hint: 'for example --port 8080, or 0 for any free port',
  })
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
