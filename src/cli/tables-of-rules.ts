import type { Rule } from '../domain/rule.ts'
import type { RuleNeeds } from '../doctor/index.ts'
import type { CommandContext } from './command.ts'
import { loadSchema } from './load-schema.ts'

/** The tables that each rule reads, by its id, as far as its query and the schema say. */
export async function tablesOfRules(
  rules: readonly Rule[],
  context: Pick<CommandContext, 'config' | 'program'>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const needs = await needsOfRules(rules, context)
  return new Map(needs.map(({ rule, tables }) => [rule.id, tables]))
}

/** The same, with the watchlists. */
export async function needsOfRules(
  rules: readonly Rule[],
  context: Pick<CommandContext, 'config' | 'program'>,
): Promise<readonly RuleNeeds[]> {
  const { neededTables } = await import('../doctor/index.ts')
  const { analyze } = await import('../kql/index.ts')
  const { guard } = context.program
  const schema = await loadSchema(context)
  return neededTables(rules, { schema, analyze: (text, names) => analyze(text, names, guard) })
}
