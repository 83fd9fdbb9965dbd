import type { FunctionSchema } from '../../domain/schema.ts'

/** Operators that reach tables without naming each. */
const WILDCARDS = /\bunion\b[^|;()]*\*|\b(search|find|macro-expand)\b/

export interface Mentions {
  /** Words of the query, and of the functions that it calls, that may be names. */
  readonly words: ReadonlySet<string>
  /** True when the query may reach every table. */
  readonly isEverything: boolean
}

/**
 * What a query might read, by its words alone: tables must be loaded before the binder can look at the query, because
 * files add columns. Too many words cost time, never rows; comments and strings count.
 */
export function mentionsOf(text: string, functions: ReadonlyMap<string, FunctionSchema>): Mentions {
  const words = new Set<string>()
  const texts = [text]
  let isEverything = false
  for (let part = texts.pop(); part !== undefined; part = texts.pop()) {
    isEverything ||= WILDCARDS.test(part)
    for (const [word] of part.matchAll(/[\p{L}\p{N}_][\p{L}\p{N}_-]*/gu)) {
      if (words.has(word)) continue
      words.add(word)
      texts.push(functions.get(word)?.body ?? '')
    }
  }
  return { words, isEverything }
}
