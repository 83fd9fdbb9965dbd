import { KqlError } from '../../domain/errors.ts'
import type { WorkspaceSchema } from '../../domain/schema.ts'
import { nearestName } from '../../text/near-name.ts'
import type { LocalWorkspace } from './local-workspace.ts'

/**
 * The engine knows only the tables that are loaded; here is known what else there could be: a misspelt table, a watchlist
 * without a file.
 */
export function withLocalHint(
  error: unknown,
  query: string,
  workspace: LocalWorkspace,
  schema: WorkspaceSchema,
): unknown {
  if (!(error instanceof KqlError) || error.code !== 'kql/unknown-table') return error
  const table = error.context['table']
  const name = typeof table === 'string' ? table : textAt(query, error)
  const { sources } = workspace
  const isWatchlist = /_GetWatchlist\s*\(\s*["'@]/.test(query) && query.includes(name) && textAt(query, error) !== name
  if (isWatchlist && !sources.watchlists.has(name)) {
    return renamed(
      error,
      `there is no watchlist "${name}" in ${sources.label}`,
      `put it into ${sources.label}/watchlists/${name}.csv`,
    )
  }
  const near = nearestName(name, new Set([...sources.tables, ...schema.tables.keys()]))
  return near === undefined ? error : renamed(error, error.message, `did you mean "${near}"?`)
}

function textAt(query: string, { position }: KqlError): string {
  return position === undefined ? '' : query.slice(position.offset, position.offset + position.length)
}

function renamed({ code, context, position, cause }: KqlError, message: string, hint: string): KqlError {
  return new KqlError({ code, message, hint, context, position, cause })
}
