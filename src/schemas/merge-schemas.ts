import type { Column } from '../domain/kusto.ts'
import type { TableSchema, WorkspaceSchema } from '../domain/schema.ts'
import { LazyMap } from './lazy-map.ts'

/**
 * `base` and, over it, `over`: a table that both have keeps the columns of `base` in their order with the types of
 * `over`, followed by the columns that only `over` has; a function of `over` replaces one of `base`.
 */
export function mergeSchemas(base: WorkspaceSchema, over: WorkspaceSchema): WorkspaceSchema {
  const names = [...base.tables.keys(), ...over.tables.keys()]
  return {
    tables: new LazyMap(new Map(names.map((name) => [name, name])), (name) =>
      mergeTables(name, base.tables.get(name), over.tables.get(name)),
    ),
    functions: overlay(base.functions, over.functions),
  }
}

function mergeTables(name: string, base: TableSchema | undefined, over: TableSchema | undefined): TableSchema {
  if (base === undefined || over === undefined) return base ?? over ?? { name, columns: [] }
  return { name, columns: mergeColumns(base.columns, over.columns) }
}

export function mergeColumns(base: readonly Column[], over: readonly Column[]): readonly Column[] {
  const byName = new Map(base.map((column) => [column.name, column]))
  // Setting a known key keeps its place, so the order of `base` stays.
  for (const column of over) byName.set(column.name, column)
  return [...byName.values()]
}

/** Both are asked, `over` first, and not only for the names that they list. */
export function overlay<Value>(
  base: ReadonlyMap<string, Value>,
  over: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> {
  if (over.size === 0) return base
  const names = new Set([...base.keys(), ...over.keys()])
  const sources = {
    size: names.size,
    has: (name: string) => over.has(name) || base.has(name),
    get: (name: string) => over.get(name) ?? base.get(name),
    keys: () => names.keys(),
  }
  return new LazyMap(sources, (_, value) => value)
}
