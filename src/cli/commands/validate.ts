import { EXIT } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { Diagnostic } from '../../domain/diagnostic.ts'
import { defineCommand } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { loadSchema } from '../load-schema.ts'
import { choice, choiceOption, isOn, withJob, withQueries } from '../options.ts'
import { diagnosticLines } from '../print/error.ts'
import { showCounter } from '../print/counter.ts'
import { queriesFolder } from '../rule-folder.ts'

const FORMATS = ['text', 'json', 'sarif'] as const

interface ValidateRequest {
  readonly paths: readonly string[]
  readonly format: (typeof FORMATS)[number]
  readonly isStrict: boolean
}

export const validate = defineCommand<ValidateRequest>({
  name: 'validate',
  describe(command) {
    command.summary('check rule files, queries included').argument('[path...]', 'rule files or folders')
    withQueries(command)
      .addOption(choice('--format <format>', 'form of the findings (default: text)', FORMATS))
      .option('--strict', 'hold the files to the form in which new rules are written')
    withJob(
      command,
      'Reports every problem of every rule file with its place, and binds each query against the table schemas, so that an\nunknown table, column or function is found before anything runs. Exit code 1 when there are errors.',
      [
        ['the rules of ./queries, or the bundled pack', 'hunt validate'],
        ['for code scanning', 'hunt validate queries --format sarif > hunt.sarif'],
      ],
    )
  },
  parse: ({ args, options }) => ({
    paths: args,
    format: choiceOption(options, 'format', FORMATS) ?? 'text',
    isStrict: isOn(options, 'strict'),
  }),
  async run({ paths, format, isStrict }, context): Promise<ExitCode> {
    const { validateRules, summaryLine } = await import('../../rules/index.ts')
    const { cwd, packageRoot } = context.program
    const schema = await loadSchema(context)
    const counter = await showCounter('rules checked', context)
    const { rules, diagnostics } = await validateRules(
      paths.length > 0 ? paths : [queriesFolder(context.config, cwd, packageRoot)],
      { cwd, schema, mode: isStrict ? 'strict' : 'lenient', signal: context.signal, onProgress: counter.show },
    ).finally(() => counter.stop())
    await context.out.write(await render(diagnostics, format, context))
    const broken = new Set(diagnostics.filter(({ severity }) => severity === 'error').map(({ span }) => span.file))
    await context.err.line(summaryLine(rules.length + broken.size, diagnostics))
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
