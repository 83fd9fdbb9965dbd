import { resolve } from 'node:path'
import { EXIT } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { Diagnostic } from '../../domain/diagnostic.ts'
import { DIAGNOSTIC_FORMATS } from '../choices.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { openConditions } from '../compose.ts'
import { loadSchema } from '../load-schema.ts'
import { formatOption, isOn } from '../options.ts'
import { diagnosticLines } from '../print/error.ts'
import { showCounter } from '../print/counter.ts'
import { queriesFolder } from '../rule-folder.ts'

interface ValidateRequest {
  readonly paths: readonly string[]
  readonly format: (typeof DIAGNOSTIC_FORMATS)[number]
  readonly isStrict: boolean
}

export const validateAction = defineAction<ValidateRequest>({
  parse: ({ args, options }) => ({
    paths: args,
    format: formatOption(options, DIAGNOSTIC_FORMATS) ?? 'text',
    isStrict: isOn(options, 'strict'),
  }),
  async run({ paths, format, isStrict }, context): Promise<ExitCode> {
    const [{ EXCLUSION_FILE, validateRules, summaryLine }, { analyze }] = await Promise.all([
      import('../../rules/index.ts'),
      import('../../kql/index.ts'),
    ])
    const { cwd, guard, clock } = context.program
    const schema = await loadSchema(context)
    const counter = await showCounter('rules checked', context)
    const isExclusions = paths.length > 0 && paths.every((path) => EXCLUSION_FILE.test(path))
    const { rules, diagnostics: all } = await validateRules(paths.length > 0 ? paths : [queriesFolder(context)], {
      cwd,
      schema,
      mode: isStrict ? 'strict' : 'lenient',
      analyze: (text, names) => analyze(text, names, guard),
      signal: context.signal,
      exclusions: { conditions: openConditions(context), now: clock.now() },
      onProgress: counter.show,
    }).finally(() => counter.stop())
    // Their rules lie beside them and are read for it; what is wrong with those nobody has asked.
    const asked = new Set(paths.map((path) => resolve(cwd, path)))
    const diagnostics = isExclusions ? all.filter(({ span }) => asked.has(resolve(cwd, span.file))) : all
    await context.out.write(await render(diagnostics, format, context))
    const broken = new Set(diagnostics.filter(({ severity }) => severity === 'error').map(({ span }) => span.file))
    const brokenRules = [...broken].filter((file) => !EXCLUSION_FILE.test(file))
    await context.err.line(summaryLine(rules.length + brokenRules.length, diagnostics))
    return broken.size > 0 ? EXIT.checkFailed : EXIT.ok
  },
})

async function render(
  diagnostics: readonly Diagnostic[],
  format: ValidateRequest['format'],
  { outTerminal, version }: CommandContext,
): Promise<string> {
  const { renderJson, renderSarif } = await import('../../rules/index.ts')
  if (format === 'json') return renderJson(diagnostics)
  if (format === 'sarif') return renderSarif(diagnostics, { version })
  return diagnostics.length === 0 ? '' : `${diagnosticLines(diagnostics, outTerminal).join('\n')}\n`
}
