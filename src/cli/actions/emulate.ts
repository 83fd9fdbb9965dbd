import { EXIT } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import { UsageError } from '../../domain/errors.ts'
import { SENTINEL_ROLES, WINDOW_ENDS, WINDOW_REACHES } from '../choices.ts'
import { defineAction } from '../command.ts'
import { openLocal, startEmulatorOver } from '../compose.ts'
import type { EmulatorRequest } from '../compose.ts'
import { choiceOption, isOn, textOption } from '../options.ts'
import { instantOption } from '../window-options.ts'

export const emulateAction = defineAction<EmulatorRequest>({
  parse: ({ options }) => ({
    host: textOption(options, 'host') ?? '127.0.0.1',
    port: portOption(textOption(options, 'port') ?? '0'),
    tls: isOn(options, 'tls'),
    now: instantOption(options, 'now'),
    strict: !isOn(options, 'loose'),
    cache: isOn(options, 'cache'),
    rateLimits: isOn(options, 'rateLimits'),
    sentinelRole: choiceOption(options, 'sentinelRole', SENTINEL_ROLES) ?? 'contributor',
    openPoints: {
      timeScope: {
        ends: choiceOption(options, 'windowEnds', WINDOW_ENDS) ?? 'half-open',
        reach: choiceOption(options, 'windowReach', WINDOW_REACHES) ?? 'every-table',
      },
      bookmarkEntities: isOn(options, 'bookmarkEntities'),
    },
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
