import type { Column, KustoType } from '../../domain/kusto.ts'
import { RUN_VARIABLES, runVariablesIn } from '../../domain/run-variables.ts'
import type { RunVariable } from '../../domain/run-variables.ts'
import type { FunctionSchema, TableSchema, WorkspaceSchema } from '../../domain/schema.ts'
import { internal } from '../errors.ts'
import { parsingGlobals } from './parse.ts'
import { kustoLibrary, type ForeignGlobals, type ForeignSymbol } from './library.ts'

/** `['odd name']:string`: any column name survives in brackets. */
export function schemaText(columns: readonly Column[]): string {
  return columns.map(({ name, type }) => `${bracketName(name)}:${type}`).join(', ')
}

export function bracketName(name: string): string {
  return `['${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`
}

const tableSymbols = new WeakMap<TableSchema, ForeignSymbol>()
const functionSymbols = new WeakMap<FunctionSchema, ForeignSymbol>()

const SERVICE_TYPES: Readonly<Record<KustoType, string>> = {
  bool: 'Bool',
  datetime: 'DateTime',
  decimal: 'Decimal',
  dynamic: 'Dynamic',
  guid: 'Guid',
  int: 'Int',
  long: 'Long',
  real: 'Real',
  string: 'String',
  timespan: 'TimeSpan',
}

/** Column by column: letting the service parse a schema's text takes twenty times as long (1 ms a table). */
function tableSymbol(table: TableSchema): ForeignSymbol {
  let symbol = tableSymbols.get(table)
  if (symbol === undefined) {
    symbol = newTableSymbol(table.name, table.columns)
    tableSymbols.set(table, symbol)
  }
  return symbol
}

function newTableSymbol(tableName: string, columns: readonly Column[]): ForeignSymbol {
  const { ColumnSymbol, ScalarTypes, TableSymbol } = kustoLibrary().Symbols
  const symbols = columns.map(({ name, type }) => {
    const scalar = ScalarTypes[SERVICE_TYPES[type]]
    if (scalar === undefined) throw internal('scalar-type', `the language service has no type ${type}`)
    return new ColumnSymbol(name, scalar, null, null, null, null)
  })
  return new TableSymbol.$ctor6(tableName, symbols, null)
}

/** A result of which nothing is known beforehand may have any column, as that of a watchlist. */
function resultSymbol({ columns }: FunctionSchema): ForeignSymbol {
  const table = newTableSymbol('', columns ?? [])
  return columns === undefined ? (table.WithIsOpen?.(true) ?? table) : table
}

function functionSymbol(saved: FunctionSchema): ForeignSymbol {
  let symbol = functionSymbols.get(saved)
  if (symbol === undefined) {
    const { FunctionSymbol, Parameter } = kustoLibrary().Symbols
    const parameters = `(${saved.parameters})`
    symbol =
      saved.body === undefined
        ? // Only the result's shape is known: running it is refused.
          new FunctionSymbol.$ctor6(saved.name, resultSymbol(saved), Parameter.ParseList(parameters), null)
        : new FunctionSymbol.$ctor16(saved.name, parameters, `{ ${saved.body}\n}`, null)
    functionSymbols.set(saved, symbol)
  }
  return symbol
}

/** Operators that may name tables by pattern, or not at all. */
const NEEDS_ALL = /\bunion\b[^|;()]*\*|(?:^|[|;({=,])\s*(?:search|find|macro-expand)\b|\btable\s*\(/

/** Comments and quoted text often hold such words; verbatim strings know no backslash. */
const COMMENTS_AND_STRINGS = /\/\/[^\n]*|@"[^"]*"|@'[^']*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g

/**
 * The names that `text` may mean. A workspace has over a thousand tables and parsing all their schemas costs most of a
 * second, so only tables whose name stands in the text (or in the body of a function that does) become symbols, unless
 * the text uses an operator that reaches tables without naming them. Nothing reaches functions so.
 */
function namesIn(text: string, schema: WorkspaceSchema): { tables: TableSchema[]; functions: FunctionSchema[] } {
  const tables = new Set<TableSchema>()
  const functions = new Set<FunctionSchema>()
  const texts = [text]
  let isEverything = false
  for (let part = texts.pop(); part !== undefined; part = texts.pop()) {
    isEverything ||= reachesUnnamed(part)
    for (const word of wordsIn(part)) {
      const table = schema.tables.get(word)
      if (table !== undefined) tables.add(table)
      const saved = schema.functions.get(word)
      // A table of the name, given as a file, stands in for a function.
      if (saved === undefined || table !== undefined || functions.has(saved)) continue
      functions.add(saved)
      texts.push(saved.body ?? '')
    }
  }
  return { tables: [...(isEverything ? schema.tables.values() : tables)], functions: [...functions] }
}

/** Saved functions that the text may call, also through another. */
export function functionsIn(text: string, schema: WorkspaceSchema): readonly FunctionSchema[] {
  return namesIn(text, schema).functions
}

/** From the innermost parentheses outwards: the legs before a wildcard may be whole queries. */
function reachesUnnamed(text: string): boolean {
  for (let rest = text.replace(COMMENTS_AND_STRINGS, ' '); ;) {
    if (NEEDS_ALL.test(rest)) return true
    const outer = rest.replace(/\([^()]*\)/g, ' ')
    if (outer === rest) return false
    rest = outer
  }
}

/** Names stand bare, or in brackets and quotes: `['my table']`. */
function* wordsIn(text: string): Generator<string> {
  for (const [word] of text.matchAll(/[\p{L}_][\p{L}\p{N}_-]*/gu)) yield word
  for (const [, , name = ''] of text.matchAll(/\[\s*(["'])((?:[^\\\n]|\\.)*?)\1\s*\]/g))
    yield name.replace(/\\(.)/g, '$1')
}

/** Worlds that queries of a session keep asking for, by their members; the oldest go first. */
const worlds = new Map<string, ForeignGlobals>()
const MOST_WORLDS = 64

const numbers = new WeakMap<ForeignSymbol, number>()
let lastNumber = 0

function numberOf(symbol: ForeignSymbol): number {
  const number = numbers.get(symbol) ?? ++lastNumber
  numbers.set(symbol, number)
  return number
}

function variableSymbol(name: RunVariable): ForeignSymbol {
  const { ParameterSymbol, ScalarTypes } = kustoLibrary().Symbols
  const type = ScalarTypes[SERVICE_TYPES[RUN_VARIABLES[name]]]
  if (type === undefined) throw internal('scalar-type', `the language service has no type for ${name}`)
  return new ParameterSymbol(name, type, null)
}

/** The binder's world for one query; the same object for the same tables and functions. */
export function globalsFor(text: string, schema: WorkspaceSchema): ForeignGlobals {
  const library = kustoLibrary()
  const { tables, functions } = namesIn(text, schema)
  const variables = runVariablesIn(text)
  if (tables.length === 0 && functions.length === 0 && variables.length === 0) return parsingGlobals()
  const members = [...tables.map(tableSymbol), ...functions.map(functionSymbol)]
  const key = [...members.map(numberOf), ...variables].join()
  let world = worlds.get(key)
  if (world === undefined) {
    world = parsingGlobals()
      .WithDatabase(new library.Symbols.DatabaseSymbol.ctor('workspace', members))
      .AddParameters(variables.map(variableSymbol))
      .WithCache()
    const oldest = worlds.keys().next()
    if (worlds.size >= MOST_WORLDS && oldest.done !== true) worlds.delete(oldest.value)
    worlds.set(key, world)
    bodies.set(world, functions.map(({ body = '' }) => body).join('\n'))
  }
  return world
}

const bodies = new WeakMap<ForeignGlobals, string>()

/** Whether a word stands in a query, or in the body of a function that it may call. */
export function maySay(word: string, text: string, world: ForeignGlobals): boolean {
  return text.includes(word) || (bodies.get(world)?.includes(word) ?? false)
}
