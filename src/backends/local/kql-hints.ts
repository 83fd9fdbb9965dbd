import { KqlError } from '../../domain/errors.ts'
import type { WorkspaceSchema } from '../../domain/schema.ts'
import { nearestName } from '../../text/near-name.ts'
import type { LocalWorkspace } from './local-workspace.ts'
import { missingWatchlist, textAt } from './missing-watchlists.ts'

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
  const alias = missingWatchlist(error, query)
  if (alias !== undefined) {
    const near = nearestName(alias, sources.watchlists)
    const message = `there is no watchlist "${alias}" in ${sources.label}`
    return renamed(
      error,
      message,
      near === undefined ? `put it into watchlists/${alias}.csv` : `did you mean "${near}"?`,
    )
  }
  const near = nearestName(name, new Set([...sources.tables, ...schema.tables.keys()]))
  return near === undefined ? error : renamed(error, error.message, `did you mean "${near}"?`)
}

function renamed(error: KqlError, message: string, hint: string): KqlError {
  return new KqlError({ ...error.options, message, hint, cause: error.cause })
}
