import type { FunctionSchema } from '../../domain/schema.ts'

/** Operators that reach tables without naming each. Behind a pipe `search` looks through the rows that come. */
const WILDCARDS = /\bunion\b[^|;()]*\*|\b(?:find|macro-expand)\b|(?<!\|\s*)\bsearch\b/

/** Comments and strings, as far as they surely are: what does not end on its line is left. */
const NO_CODE =
  /\/\/.*|@"(?:[^"\n]|"")*"|@'(?:[^'\n]|'')*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|```[^]*?```|~~~[^]*?~~~/g

export interface Mentions {
  /** Words of the query, and of the functions that it calls, that may be names. */
  readonly words: ReadonlySet<string>
  /** True when the query may reach every table. */
  readonly isEverything: boolean
  /** The query, and the functions that it calls. */
  readonly texts: readonly string[]
}

/**
 * What a query might read, by its words alone: tables must be loaded before the binder can look at the query, because
 * files add columns. Too many words cost time, never rows; comments and strings count. They do not where it says that every
 * table is meant: that word stands in many a comment, and one broken file would stop each of those queries.
 */
export function mentionsOf(text: string, functions: ReadonlyMap<string, FunctionSchema>): Mentions {
  const words = new Set<string>()
  const texts: string[] = []
  const ahead = [text]
  let isEverything = false
  for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
    texts.push(part)
    isEverything ||= WILDCARDS.test(part) && WILDCARDS.test(part.replace(NO_CODE, ' '))
    for (const [word] of part.matchAll(/[\p{L}\p{N}_][\p{L}\p{N}_-]*/gu)) {
      if (words.has(word)) continue
      words.add(word)
      ahead.push(functions.get(word)?.body ?? '')
    }
  }
  return { words, isEverything, texts }
}

/** A watchlist is only ever read by its alias, a text; its name alone is a word like any other. */
export function mentionsWatchlist({ words, texts }: Mentions, alias: string): boolean {
  const quoted = [`'${alias}'`, `"${alias}"`, `\`\`\`${alias}\`\`\``]
  return words.has('_GetWatchlist') && texts.some((text) => quoted.some((one) => text.includes(one)))
}
