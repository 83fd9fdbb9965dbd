import { isAbsolute, join } from 'node:path'
import { EXIT, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { Instant } from '../../domain/time.ts'
import { formatInstant, lengthOf } from '../../time/instant.ts'
import { SLICE_FORMATS } from '../choices.ts'
import { defineAction } from '../command.ts'
import { engineBounds } from '../compose.ts'
import { writeSlice } from '../compose-slice.ts'
import { openOneWorkspace } from '../one-workspace.ts'
import { choiceOption, isOn, textOption, textsOption } from '../options.ts'
import { describeWindow } from '../plan-runs.ts'
import { showCounter } from '../print/counter.ts'
import { countOf, printProse } from '../print/words.ts'
import { shownPath } from '../shown-path.ts'
import { parseWindowChoice, windowOf } from '../window-options.ts'
import type { WindowChoice } from '../window-options.ts'

interface ExportRequest {
  readonly table: string
  readonly window: Extract<WindowChoice, { kind: 'window' }>
  readonly file: string
  readonly format: (typeof SLICE_FORMATS)[number]
  readonly workspaces: readonly string[]
  readonly json: boolean
}

export const exportAction = defineAction<ExportRequest>({
  parse({ args, options }) {
    const table = tableOf(args)
    const window = parseWindowChoice(options)
    if (window.kind !== 'window') {
      throw new UsageError({
        code: 'usage/window',
        message: 'a slice needs a window, and none is given',
        hint: 'for example --from 2026-03-02 --period 1d',
      })
    }
    const given = textOption(options, 'file')
    const byName = given?.endsWith('.parquet') === true ? 'parquet' : 'ndjson'
    const format = choiceOption(options, 'format', SLICE_FORMATS) ?? byName
    return {
      table,
      window,
      format,
      file: given ?? `${table}.${format}`,
      workspaces: textsOption(options, 'workspace'),
      json: isOn(options, 'json'),
    }
  },
  async run({ table, window: choice, file, format, workspaces, json }, context): Promise<ExitCode> {
    const { program, config, signal, out, outTerminal } = context
    const now = program.clock.now()
    const window = windowOf(choice, now)
    const path = isAbsolute(file) ? file : join(program.cwd, file)
    const { backend, workspace } = await openOneWorkspace(context, workspaces, 'hunt export asks')
    try {
      const source = { backend, workspace, timeout: config.timeout, now: window.end }
      let count = 0
      const words = (done: number, total: number): string =>
        `${countOf(count, 'row')} of ${table}, ${Math.floor((done / total) * 100)} % of the window`
      const counter = await showCounter(words, context)
      counter.show(0, lengthOf(window))
      const onProgress = (rows: number, through: Instant): void => {
        count = rows
        counter.show(through - window.start, lengthOf(window))
      }
      const slice = { table, window, path, format, onProgress }
      const { rows, columns, parts } = await writeSlice(slice, source, signal, engineBounds(context)).finally(
        counter.stop,
      )
      if (json) {
        const span = { start: formatInstant(window.start), end: formatInstant(window.end) }
        const document = { schemaVersion: 1, table, workspace, window: span, file: path, format, rows, parts, columns }
        await out.line(JSON.stringify(document, undefined, 2))
      } else {
        const queries = parts === 1 ? '' : `, in ${parts} parts`
        const text = `${shownPath(path, program.cwd)}: ${countOf(rows, 'row')} of ${table}, ${describeWindow(window)}${queries}.`
        await printProse(text, out, outTerminal)
      }
      return EXIT.ok
    } finally {
      await backend.close()
    }
  },
})

/** A name of Kusto's, which becomes the name of a file: no path can be made of it. */
function tableOf([table = '', ...others]: readonly string[]): string {
  if (others.length > 0) {
    throw new UsageError({
      code: 'usage/too-many-arguments',
      message: `one table is exported at a time, but there are ${others.length + 1}`,
      hint: 'call hunt export once for each',
    })
  }
  if (/^[\p{L}_][\p{L}\p{N}_]*$/u.test(table)) return table
  throw new UsageError({
    code: 'usage/table-name',
    message: `"${table}" is not the name of a table`,
    hint: 'for example hunt export AzureActivity --from 2026-03-02 --period 1d; hunt query exports the result of a query',
  })
}
