import type { Column } from '../../domain/kusto.ts'
import type { FunctionSchema, TableSchema, WorkspaceSchema } from '../../domain/schema.ts'
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

function tableSymbol(table: TableSchema): ForeignSymbol {
  let symbol = tableSymbols.get(table)
  if (symbol === undefined) {
    symbol = kustoLibrary()
      .Symbols.TableSymbol.From(`(${schemaText(table.columns)})`)
      .WithName(table.name)
    tableSymbols.set(table, symbol)
  }
  return symbol
}

function functionSymbol(saved: FunctionSchema): ForeignSymbol {
  let symbol = functionSymbols.get(saved)
  if (symbol === undefined) {
    // Without a body only the result's shape is known: an empty table of that shape binds, and running it is refused.
    const body = saved.body ?? `datatable(${schemaText(saved.columns ?? [])})[]`
    const { FunctionSymbol } = kustoLibrary().Symbols
    symbol = new FunctionSymbol.$ctor16(saved.name, `(${saved.parameters})`, `{ ${body}\n}`, null)
    functionSymbols.set(saved, symbol)
  }
  return symbol
}

/** Operators that may name tables by pattern, or not at all. */
const NEEDS_ALL = /\bunion\b[^|;()]*\*|\b(search|find|table|macro-expand)\b/

/**
 * The names that `text` may mean. A workspace has over a thousand tables and parsing all their schemas costs most of a
 * second, so only tables whose name stands in the text (or in the body of a function that does) become symbols, unless
 * the text uses an operator that reaches tables without naming them.
 */
function namesIn(text: string, schema: WorkspaceSchema): { tables: TableSchema[]; functions: FunctionSchema[] } {
  if (NEEDS_ALL.test(text)) return { tables: [...schema.tables.values()], functions: [...schema.functions.values()] }
  const tables = new Set<TableSchema>()
  const functions = new Set<FunctionSchema>()
  const texts = [text]
  for (let part = texts.pop(); part !== undefined; part = texts.pop()) {
    for (const [word] of part.matchAll(/[\p{L}_][\p{L}\p{N}_-]*/gu)) {
      const table = schema.tables.get(word)
      if (table !== undefined) tables.add(table)
      const saved = schema.functions.get(word)
      // A table of the name, given as a file, stands in for a function.
      if (saved === undefined || table !== undefined || functions.has(saved)) continue
      functions.add(saved)
      texts.push(saved.body ?? '')
    }
  }
  return { tables: [...tables], functions: [...functions] }
}

/** The binder's world for one query. */
export function globalsFor(text: string, schema: WorkspaceSchema): ForeignGlobals {
  const library = kustoLibrary()
  const { tables, functions } = namesIn(text, schema)
  if (tables.length === 0 && functions.length === 0) return library.GlobalState.Default
  const members = [...tables.map(tableSymbol), ...functions.map(functionSymbol)]
  return library.GlobalState.Default.WithDatabase(new library.Symbols.DatabaseSymbol.ctor('workspace', members))
}
