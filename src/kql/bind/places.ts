import {
  foreignName,
  foreignTable,
  foreignTablesNamed,
  isForeignName,
  mayMean,
  parseForeignName,
  PLACES,
  placesNamed,
  RESOURCE_GRAPH_COLUMNS,
  type Place,
} from '../../domain/foreign-tables.ts'
import type { Column } from '../../domain/kusto.ts'
import type { TableSchema, WorkspaceSchema } from '../../domain/schema.ts'
import type { BoundNode } from './bound.ts'
import { kustoLibrary, type ForeignCallContext, type ForeignSymbol } from './library.ts'
import { tableSymbol } from './symbols.ts'

/** What of other places one query may mean. */
export interface PlacesNamed {
  readonly places: readonly Place[]
  /** Tables that are known there, by full name. */
  readonly tables: readonly TableSchema[]
  /** Names behind `arg(…)`: there is no list of the tables of Resource Graph that stays true. */
  readonly resourceTables: readonly string[]
}

/** `texts` are the query and the bodies of functions that it may call, `words` what of them may be a name. */
export function placesIn(texts: readonly string[], words: ReadonlySet<string>, schema: WorkspaceSchema): PlacesNamed {
  const named = placesNamed(texts)
  if (named.places.size === 0) return NOWHERE
  const tables = foreignTablesOf(schema).filter(({ name }) => {
    const table = parseForeignName(name)
    return table !== undefined && mayMean(table, named, words)
  })
  const ofGraph = texts
    .flatMap(foreignTablesNamed)
    .flatMap(({ table, written }) => (table.place === 'arg' ? [written] : []))
  return { places: [...named.places], tables, resourceTables: [...new Set(ofGraph)] }
}

const NOWHERE: PlacesNamed = { places: [], tables: [], resourceTables: [] }

const foreign = new WeakMap<WorkspaceSchema['tables'], readonly TableSchema[]>()

function foreignTablesOf({ tables }: WorkspaceSchema): readonly TableSchema[] {
  let found = foreign.get(tables)
  if (found === undefined) {
    found = [...tables.keys()].flatMap((name) => (isForeignName(name) ? (tables.get(name) ?? []) : []))
    foreign.set(tables, found)
  }
  return found
}

/**
 * The functions as the service has them, which this language service does not know: each gives a database. What nobody knows of
 * it is taken to be there, with any column; a table of the workspace's own catalogue has the columns that it has here.
 */
export function placeSymbols(named: PlacesNamed, own: readonly TableSchema[]): ForeignSymbol[] {
  return named.places.map((place) => {
    const databases = new Map<string, ForeignSymbol>()
    const { FunctionSymbol, Parameter, Tabularity } = kustoLibrary().Symbols
    const resultOf = (context: ForeignCallContext): ForeignSymbol => {
      const { identifier } = foreignTable(place, identifierOf(context) ?? '', '')
      let database = databases.get(identifier)
      if (database === undefined) databases.set(identifier, (database = databaseOf(place, identifier, named, own)))
      return database
    }
    return new FunctionSymbol.$ctor1(place, resultOf, Tabularity.Tabular, Parameter.ParseList('(identifier:string="")'))
  })
}

function identifierOf({ Arguments }: ForeignCallContext): string | undefined {
  if (Arguments.Count === 0) return undefined
  const found: { v?: string | null } = {}
  const isText = kustoLibrary().Binding.Binder.TryGetLiteralStringValue(Arguments.getItem(0), found)
  return isText ? (found.v ?? undefined) : undefined
}

function databaseOf(
  place: Place,
  identifier: string,
  { tables, resourceTables }: PlacesNamed,
  own: readonly TableSchema[],
): ForeignSymbol {
  const { DatabaseSymbol } = kustoLibrary().Symbols
  const known = new Map(tables.map((table) => [table.name, table.columns]))
  const columnsOf = (table: string): readonly Column[] | undefined =>
    known.get(foreignName(foreignTable(place, identifier, table)))
  const there = tables.flatMap(({ name, columns }): TableSchema[] => {
    const parsed = parseForeignName(name)
    return parsed?.place === place && parsed.identifier === identifier ? [{ name: parsed.table, columns }] : []
  })
  const taken = new Set(there.map(({ name }) => name))
  const members =
    place === 'arg'
      ? resourceTables.map((name) => ({ name, columns: columnsOf(name) ?? RESOURCE_GRAPH_COLUMNS }))
      : [...there, ...own.filter(({ name }) => !taken.has(name) && !isForeignName(name))]
  return new DatabaseSymbol.$ctor1('', members.map(tableSymbol), true)
}

/** `workspace("contoso").T` and its like. */
export function isOfAnotherPlace({ kind, nodes: { Expression: call } }: BoundNode): boolean {
  if (kind !== 'PathExpression' || call?.kind !== 'FunctionCallExpression') return false
  return PLACES.some((place) => place === call.nodes['Name']?.text)
}
