import { createHash } from 'node:crypto'
import { isForeignName } from '../../domain/foreign-tables.ts'
import { COMMENTS_AND_STRINGS, stringsIn } from '../../domain/kql-code.ts'
import { runVariablesIn, type RunVariable } from '../../domain/run-variables.ts'
import type { FunctionSchema, TableSchema, WorkspaceSchema } from '../../domain/schema.ts'
import { kustoLibrary, perLibrary, type ForeignGlobals } from './library.ts'
import { parsingGlobals } from './parse.ts'
import { placesIn, placeSymbols, type PlacesNamed } from './places.ts'
import { functionSymbol, tableSymbol, variableSymbol } from './symbols.ts'

/** The names that one query may mean. */
export interface World {
  /** All that binding a text depends on beside the text: equal for equal names, in every process. */
  readonly key: string
  /** The same as the service wants it; the first call in a process loads the service. */
  readonly globals: ForeignGlobals
  /** Whether a word stands in `text`, or in the body of a function that it may call. */
  maySay(word: string, text: string): boolean
}

/** Operators that may name tables by pattern, or not at all. Behind a pipe `search` looks through the rows that come. */
const NEEDS_ALL = /\bunion\b[^|;()]*\*|(?:^|[|;({=,])\s*(?:find|macro-expand)\b|(?:^|[;({=,])\s*search\b/

/**
 * The names that `text` may mean. A workspace has over a thousand tables and parsing all their schemas costs most of a
 * second, so only tables whose name stands in the text (or in the body of a function that does) become symbols, unless
 * the text uses an operator that reaches tables without naming them. Nothing reaches functions so.
 */
function namesIn(text: string, schema: WorkspaceSchema): Omit<Members, 'variables'> {
  const tables = new Set<TableSchema>()
  const functions = new Set<FunctionSchema>()
  const texts = [text]
  const read: string[] = []
  const words = new Set<string>()
  let isEverything = false
  for (let part = texts.pop(); part !== undefined; part = texts.pop()) {
    read.push(part)
    isEverything ||= reachesUnnamed(part)
    for (const word of wordsIn(part)) {
      words.add(word)
      const table = schema.tables.get(word)
      if (table !== undefined) tables.add(table)
      const saved = schema.functions.get(word)
      // A table of the name, given as a file, stands in for a function.
      if (saved === undefined || table !== undefined || functions.has(saved)) continue
      functions.add(saved)
      texts.push(saved.body ?? '')
    }
  }
  // Wildcards and `search` do not reach tables of other places.
  const reached = isEverything ? [...schema.tables.values()].filter(({ name }) => !isForeignName(name)) : [...tables]
  return { tables: reached, functions: [...functions], elsewhere: placesIn(read, words, schema) }
}

/** Saved functions that the text may call, also through another. */
export function functionsIn(text: string, schema: WorkspaceSchema): readonly FunctionSchema[] {
  return namesIn(text, schema).functions
}

/** Whether `text` may read tables that it does not name. From the innermost parentheses outwards: the legs before a wildcard may be whole queries. */
export function reachesUnnamed(text: string): boolean {
  for (let rest = text.replace(COMMENTS_AND_STRINGS, ' '); ;) {
    if (NEEDS_ALL.test(rest)) return true
    const outer = rest.replace(/\([^()]*\)/g, ' ')
    if (outer === rest) return false
    rest = outer
  }
}

/** Names stand bare, in brackets and quotes (`['my table']`), or are texts: `table("my table")`, and of functions that do that with an argument. */
function* wordsIn(text: string): Generator<string> {
  for (const [word] of text.matchAll(/[\p{L}_][\p{L}\p{N}_-]*/gu)) yield word
  for (const [, , name = ''] of text.matchAll(/\[\s*(["'])((?:[^\\\n]|\\.)*?)\1\s*\]/g))
    yield name.replace(/\\(.)/g, '$1')
  yield* stringsIn(text)
}

const MOST_WORLDS = 64

/** Worlds that queries of a session keep asking for, by their keys; the oldest go first. */
const worlds = new Map<string, World>()

/** The same object for the same tables and functions. */
export function worldOf(text: string, schema: WorkspaceSchema): World {
  const members = { ...namesIn(text, schema), variables: runVariablesIn(text) }
  const key = keyOf(members)
  let world = worlds.get(key)
  if (world === undefined) {
    const oldest = worlds.keys().next()
    if (worlds.size >= MOST_WORLDS && oldest.done !== true) worlds.delete(oldest.value)
    worlds.set(key, (world = newWorld(key, members)))
  }
  return world
}

interface Members {
  readonly tables: readonly TableSchema[]
  readonly functions: readonly FunctionSchema[]
  readonly variables: readonly RunVariable[]
  readonly elsewhere: PlacesNamed
}

function newWorld(key: string, members: Members): World {
  const bodies = members.functions.map(({ body = '' }) => body)
  const globals = perLibrary(() => globalsOf(members))
  return {
    key,
    get globals() {
      return globals()
    },
    maySay: (word, text) => text.includes(word) || bodies.some((body) => body.includes(word)),
  }
}

function globalsOf({ tables, functions, variables, elsewhere }: Members): ForeignGlobals {
  const symbols = [...tables.map(tableSymbol), ...functions.map(functionSymbol), ...placeSymbols(elsewhere, tables)]
  if (symbols.length === 0 && variables.length === 0) return parsingGlobals()
  const { DatabaseSymbol } = kustoLibrary().Symbols
  return parsingGlobals()
    .WithDatabase(new DatabaseSymbol.ctor('workspace', symbols))
    .AddParameters(variables.map(variableSymbol))
    .WithCache()
}

/** In the order of the members: `union *` gives columns in that of the tables. */
function keyOf({ tables, functions, variables, elsewhere }: Members): string {
  const members = [
    ...[...tables, ...elsewhere.tables].map((table) => digestOf(table, () => [table.name, columnsOf(table)])),
    ...functions.map((saved) => {
      const { name, parameters, body = null, takesColumns = false } = saved
      return digestOf(saved, () => [name, parameters, body, columnsOf(saved), takesColumns])
    }),
  ]
  return digest([members, variables, elsewhere.places])
}

/** Says which names there are, whatever they mean. */
export function namesKey({ tables, functions }: WorkspaceSchema): string {
  return [tables, functions].map((named) => digestOf(named, () => [...named.keys()])).join()
}

const columnsOf = ({ columns }: Pick<FunctionSchema, 'columns'>): unknown =>
  columns?.map(({ name, type }) => [name, type]) ?? null

const digests = new WeakMap<object, string>()

function digestOf(member: object, content: () => unknown): string {
  let known = digests.get(member)
  if (known === undefined) digests.set(member, (known = digest(content())))
  return known
}

const digest = (content: unknown): string => createHash('sha256').update(JSON.stringify(content)).digest('base64')
