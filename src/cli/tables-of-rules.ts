import type { Rule } from '../domain/rule.ts'
import type { CommandContext } from './command.ts'
import { loadSchema } from './load-schema.ts'

/** The tables that each rule reads, by its id, as far as its query and the schema say. */
export async function tablesOfRules(
  rules: readonly Rule[],
  context: Pick<CommandContext, 'config' | 'program'>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { neededTables } = await import('../doctor/index.ts')
  const { analyze } = await import('../kql/index.ts')
  const { guard } = context.program
  const schema = await loadSchema(context)
  const needs = await neededTables(rules, { schema, analyze: (text, names) => analyze(text, names, guard) })
  return new Map(needs.map(({ rule, tables }) => [rule.id, tables]))
}
