import { isAbsolute, join } from 'node:path'
import { UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import { gravest } from '../../run/index.ts'
import { defineAction } from '../command.ts'
import { ingestConfigured } from '../compose.ts'
import { isOn, textOption } from '../options.ts'
import { showCounter } from '../print/counter.ts'
import { errorLines } from '../print/error.ts'
import { ingestDocument, ingestLines } from '../print/ingest.ts'

interface IngestRequest {
  readonly folder: string | undefined
  readonly target: string | undefined
  readonly json: boolean
}

export const ingestAction = defineAction<IngestRequest>({
  parse({ args, options }) {
    if (args.length > 1) {
      throw new UsageError({
        code: 'usage/too-many-arguments',
        message: `one folder is ingested at a time, but there are ${args.length}`,
        hint: 'call hunt ingest once for each',
      })
    }
    return { folder: args[0], target: textOption(options, 'to'), json: isOn(options, 'json') }
  },
  async run({ folder, target, json }, context): Promise<ExitCode> {
    const { cwd } = context.program
    const absolute = (path: string | undefined) => (path === undefined || isAbsolute(path) ? path : join(cwd, path))
    const counter = await showCounter('files looked at', context, 2)
    const places = { folder: absolute(folder), target: absolute(target) }
    const report = await ingestConfigured(context, { ...places, onProgress: counter.show }).finally(counter.stop)
    await context.out.line(json ? ingestDocument(report) : ingestLines(report, cwd).join('\n'))
    const failures = report.tables.flatMap(({ failure }) => (failure === undefined ? [] : [failure]))
    for (const failure of failures) await context.err.line(errorLines(failure, context.errTerminal).join('\n'))
    return gravest(failures.map(({ exitCode }) => exitCode))
  },
})
