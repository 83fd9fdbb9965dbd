import { HuntError } from '../domain/errors.ts'
import type { Diagnostic } from '../domain/diagnostic.ts'
import type { WorkspaceSchema } from '../domain/schema.ts'
import type { CommandContext } from './command.ts'
import type { CheckRuleText } from './good-versions.ts'
import { loadSchema } from './load-schema.ts'

/**
 * As `hunt validate` judges the text of a rule file. The language service and the catalogue are loaded with the first
 * edit. Where the user's own catalogue is broken, the edit is refused with what is wrong there.
 */
export function ruleTextChecker(context: Pick<CommandContext, 'config' | 'program'>): CheckRuleText {
  let schema: WorkspaceSchema | undefined
  return async (file, text) => {
    const [{ validateRuleText }, { analyze }] = await Promise.all([
      import('../rules/index.ts'),
      import('../kql/index.ts'),
    ])
    try {
      schema ??= await loadSchema(context)
    } catch (error) {
      if (!(error instanceof HuntError)) throw error
      return [unchecked(file, error)]
    }
    const { guard } = context.program
    const options = { schema, analyze: (query: string, names: WorkspaceSchema) => analyze(query, names, guard) }
    const { diagnostics } = await validateRuleText(file, text, options)
    return diagnostics.filter(({ severity }) => severity === 'error')
  }
}

function unchecked(file: string, { code, message, hint }: HuntError): Diagnostic {
  return {
    code,
    severity: 'error',
    message: `this edit cannot be checked: ${message}`,
    ...(hint === undefined ? {} : { hint }),
    span: { file, line: 1, column: 1, length: 0 },
  }
}
