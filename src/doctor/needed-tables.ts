import type { Rule } from '../domain/rule.ts'
import type { WorkspaceSchema } from '../domain/schema.ts'
import type { DoctorPorts, QueryAnalysis } from './doctor-ports.ts'

/** A rule with the tables that it reads, as far as its query says. */
export interface RuleNeeds {
  readonly rule: Rule
  readonly tables: readonly string[]
  /** Aliases of the watchlists that it reads. */
  readonly watchlists: readonly string[]
}

/**
 * Which tables each rule reads: those that the schema knows, and those that the query names as tables without the schema
 * knowing them (a custom table of the workspace).
 */
export async function neededTables(
  rules: readonly Rule[],
  { analyze, schema }: Pick<DoctorPorts, 'analyze' | 'schema'>,
): Promise<readonly RuleNeeds[]> {
  const needs: RuleNeeds[] = []
  for (const rule of rules) {
    const analysis = await analyze(rule.query, schema)
    needs.push({ rule, tables: tablesIn(rule.query, analysis), watchlists: watchlistsIn(rule.query, analysis) })
  }
  return needs
}

/** Tables of a query that was analysed, known or not. */
export function tablesIn(query: string, analysis: QueryAnalysis): readonly string[] {
  const lists = new Set(watchlistsIn(query, analysis))
  return [...new Set([...analysis.tables, ...unknownTables(query, analysis)])].filter((name) => !lists.has(name))
}

/**
 * The catalogue says `table(alias)` of `_GetWatchlist(alias)`, so that an analysis counts aliases among the tables. They are those that
 * stand in the query as texts alone.
 */
function watchlistsIn(query: string, { tables }: QueryAnalysis): readonly string[] {
  if (!/\b_GetWatchlist\s*\(/.test(query)) return []
  return tables.filter((name) => {
    const escaped = name.replace(/[^\w\s]/g, '\\$&')
    const rest = query.replace(new RegExp(`(?<!\\btable\\s*\\(\\s*)(["'])${escaped}\\1`, 'g'), '')
    return rest !== query && !new RegExp(`(?<!\\w)${escaped}(?!\\w)`).test(rest)
  })
}

function unknownTables(query: string, { diagnostics }: QueryAnalysis): readonly string[] {
  return diagnostics
    .filter(({ code }) => code === 'unknown-table')
    .map(({ offset, length }) => query.slice(offset, offset + length))
    .filter((name) => /^[A-Za-z_]\w*$/.test(name))
}

/** The schema as a workspace has it: its own columns for the tables that were looked at, and no missing ones. */
export function schemaOfWorkspace(
  schema: WorkspaceSchema,
  states: ReadonlyMap<string, { readonly kind: string; readonly schema?: WorkspaceSchemaTable }>,
): WorkspaceSchema {
  const tables = new Map(schema.tables)
  for (const [name, state] of states) {
    if (state.kind === 'missing') tables.delete(name)
    else if (state.schema !== undefined) tables.set(name, state.schema)
  }
  return { ...schema, tables }
}

type WorkspaceSchemaTable = WorkspaceSchema['tables'] extends ReadonlyMap<string, infer Table> ? Table : never
