/** Shape of the catalogue's entries; see index.ts on how to add one. */
import type { KustoType } from '../../domain/kusto.ts'
import type { TextSpan } from '../bind/bound.ts'
import { unsupported } from '../errors.ts'
import type { LiteralValue } from '../ir/scalar.ts'
import type { SqlExpr, SqlOrder } from '../sql/nodes.ts'

/** An argument on its way into SQL, in storage form (duckdb/storage.ts). */
export interface SqlArg {
  readonly sql: SqlExpr
  readonly type: KustoType
  /** Set where the argument is a constant of the query. */
  readonly literal: LiteralValue | undefined
  /** Where the argument stands in the query. */
  readonly span: TextSpan
}

export interface CallInfo {
  readonly name: string
  /** Result type, from the binder. The SQL must have exactly its storage type. */
  readonly type: KustoType
  readonly span: TextSpan
  /** Ticks of `now()`: one value for the whole query. */
  readonly now: bigint
}

/**
 * What a null argument does:
 * - `null`: any null argument gives null (the empty string where the result is a string)
 * - `handled`: the SQL says what happens; the entry's comment tells
 */
export type NullRule = 'null' | 'handled'

export type NativeType = 'BOOLEAN' | 'INTEGER' | 'BIGINT' | 'DOUBLE' | 'VARCHAR' | 'BIGINT[]'
export type NativeValue = boolean | number | bigint | string | readonly (bigint | null)[] | null

/**
 * A scalar function in JavaScript, registered in DuckDB under `name`, for what SQL cannot say exactly. About 1 µs a row
 * with strings, 30 ns without. Must be pure, must not throw (a throw aborts the query).
 * NULL arguments give NULL without a call unless `seesNulls`.
 */
export interface NativeFunction {
  /** `kql_…`, unique. */
  readonly name: string
  readonly takes: readonly NativeType[]
  /** Type of further arguments, any number. */
  readonly rest?: NativeType
  readonly returns: NativeType
  readonly seesNulls?: boolean
  readonly run: (...values: NativeValue[]) => NativeValue
}

interface EntryBase {
  /** The language service's own symbol name; for operators its OperatorKind. */
  readonly name: string
  /** Page of the Kusto reference. */
  readonly docs: string
  readonly natives?: readonly NativeFunction[]
  /** How far an approximate function may be from the service's answer. */
  readonly tolerance?: string
}

export interface ScalarEntry extends EntryBase {
  readonly kind: 'scalar'
  readonly nulls: NullRule
  /** Result type where the binder gives none or another than the engine, with the reason in a comment. */
  readonly type?: (args: readonly KustoType[], literals: readonly (LiteralValue | undefined)[]) => KustoType | undefined
  /** Throws where the service refuses the call before it runs, so also where nothing needs the value, as below gettype(). */
  readonly check?: (args: readonly KustoType[], call: Pick<CallInfo, 'name' | 'span'>) => void
  readonly sql: (args: readonly SqlArg[], call: CallInfo) => SqlExpr
}

export interface AggregateInfo extends CallInfo {
  /** Order of the input rows, if it has one. */
  readonly order: readonly SqlOrder[]
}

export interface WindowInfo extends AggregateInfo {
  /** Rows see those alone that have the same value here. */
  readonly part?: SqlExpr | undefined
}

export interface AggregateEntry extends EntryBase {
  readonly kind: 'aggregate'
  readonly sql: (args: readonly SqlArg[], call: AggregateInfo) => SqlExpr
}

export interface WindowEntry extends EntryBase {
  readonly kind: 'window'
  /** Index of the argument that restarts the count; `sql` gets the number of the run in its place, or nothing. */
  readonly restartAt?: number
  /** `order` is the serialized order: one hidden row number. */
  readonly sql: (args: readonly SqlArg[], call: WindowInfo) => SqlExpr
}

export type Entry = ScalarEntry | AggregateEntry | WindowEntry

export const scalar = (entry: Omit<ScalarEntry, 'kind'>): ScalarEntry => ({ kind: 'scalar', ...entry })
export const aggregate = (entry: Omit<AggregateEntry, 'kind'>): AggregateEntry => ({ kind: 'aggregate', ...entry })
export const windowed = (entry: Omit<WindowEntry, 'kind'>): WindowEntry => ({ kind: 'window', ...entry })

/** `docs: learn('strcat-function')`. */
export const learn = (page: string): string => `https://learn.microsoft.com/kusto/query/${page}`

/** The argument at `index`; the binder has checked the count, so a missing one is a form that the entry does not know. */
export function arg(args: readonly SqlArg[], index: number, call: CallInfo): SqlArg {
  const found = args[index]
  if (found === undefined) throw unsupported(`${call.name} with ${args.length} arguments`, call.span)
  return found
}

/** The constant string at `index`, or a refusal. */
export function constantText(args: readonly SqlArg[], index: number, call: CallInfo): string {
  const found = arg(args, index, call)
  if (typeof found.literal === 'string') return found.literal
  throw unsupported(`${call.name} with a computed argument ${index + 1}`, found.span)
}
