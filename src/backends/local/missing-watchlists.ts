import { KqlError } from '../../domain/errors.ts'
import type { TableSchema } from '../../domain/schema.ts'
import { nearestName } from '../../text/near-name.ts'
import type { TableSources } from './table-sources.ts'
import { WATCHLIST_COLUMNS } from './watchlists.ts'

/** More would be a text made to keep us busy. */
const MOST_COLUMNS = 200

/** The alias of the watchlist that a query asks for in vain; undefined where something else is wrong with it. */
export function missingWatchlist(error: unknown, query: string): string | undefined {
  if (!(error instanceof KqlError) || error.code !== 'kql/unknown-table') return undefined
  const alias = error.context['table']
  // The name stands in the text as an argument, and the error is where the function is called.
  const isMeant = typeof alias === 'string' && query.includes(alias) && textAt(query, error) !== alias
  return isMeant && /_GetWatchlist\s*\(/.test(query) ? alias : undefined
}

export function textAt(query: string, { position }: KqlError): string {
  return position === undefined ? '' : query.slice(position.offset, position.offset + position.length)
}

/**
 * Watchlists without a file. Like a table without one such a list is empty; which columns it has, only the query says, so
 * they are learnt from what the binder misses. One whose alias is nearly that of a list with a file is a slip of the pen.
 */
export class MissingWatchlists {
  readonly #columns = new Map<string, Set<string>>()

  has(alias: string): boolean {
    return this.#columns.has(alias)
  }

  schemaOf(alias: string): TableSchema | undefined {
    const named = this.#columns.get(alias)
    if (named === undefined) return undefined
    const columns = [...named].map((name) => ({ name, type: 'string' as const }))
    return { name: alias, columns: [...WATCHLIST_COLUMNS, ...columns] }
  }

  /** The lists that an error tells something new about; none where it is about something else. */
  learn(error: unknown, query: string, { watchlists }: Pick<TableSources, 'watchlists'>): readonly string[] {
    const alias = missingWatchlist(error, query)
    if (alias !== undefined) {
      if (this.has(alias) || watchlists.has(alias) || nearestName(alias, watchlists) !== undefined) return []
      this.#columns.set(alias, new Set())
      return [alias]
    }
    if (!(error instanceof KqlError) || error.code !== 'kql/unknown-column') return []
    const name = columnAt(query, error)
    const own = WATCHLIST_COLUMNS.some((column) => column.name === name)
    if (own || name === '') return []
    return [...this.#columns].flatMap(([list, columns]) => {
      if (!query.includes(list) || columns.has(name) || columns.size >= MOST_COLUMNS) return []
      columns.add(name)
      return [list]
    })
  }
}

/** Names stand bare, or in brackets and quotes: `['User Principal Name']`. */
export function columnAt(query: string, error: KqlError): string {
  return textAt(query, error).trim().replace(/^\[\s*(["'])([^]*)\1\s*\]$/, '$2') // prettier-ignore
}
