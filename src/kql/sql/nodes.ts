/**
 * The SQL tree: what DuckDB needs for Kusto, as plain frozen data.
 *
 * Why a tree of ours and not kysely: kysely 0.29 needs Node 22, and we promise Node 20; the 0.28 line would run, but
 * its dialects know no `QUALIFY`, lambdas, `UNNEST` in FROM, `DISTINCT ON` with `USING` of expressions, `IS NOT DISTINCT
 * FROM` joins, ordered aggregates with FILTER, or `NOT MATERIALIZED` for DuckDB, so that nearly every expression would
 * go through its `sql` template, that is, through text. What we would keep of it (identifier quoting, parameter
 * collection) is forty lines of print.ts. What we take over is its shape: small nodes, factories, one printer.
 *
 * Text of the query or of values never becomes SQL text: identifiers are quoted, strings are parameters, numbers are
 * printed by us from bigint and number values.
 */
export type SqlExpr =
  | { readonly kind: 'column'; readonly name: string; readonly table?: string }
  /** SQL that a loader made for a column of its table (`StoredTable.base`), never made from a query. */
  | { readonly kind: 'stored'; readonly sql: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'integer'; readonly value: bigint; readonly type: string }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null'; readonly type: string }
  | {
      readonly kind: 'call'
      /** A name from our own code, never from the query. */
      readonly name: string
      readonly args: readonly SqlExpr[]
      readonly distinct?: boolean
      readonly orderBy?: readonly SqlOrder[]
      readonly filter?: SqlExpr
      readonly over?: SqlWindow
      /** `coalesce(test, …)` that a WHERE may read as `test` alone: there null counts as false anyway. */
      readonly isTestInFilter?: boolean
    }
  | { readonly kind: 'infix'; readonly operator: string; readonly left: SqlExpr; readonly right: SqlExpr }
  | { readonly kind: 'prefix'; readonly operator: 'NOT' | '-'; readonly operand: SqlExpr }
  | { readonly kind: 'is-null'; readonly operand: SqlExpr; readonly negated: boolean }
  | { readonly kind: 'cast'; readonly operand: SqlExpr; readonly type: string; readonly isTry: boolean }
  | {
      readonly kind: 'case'
      readonly whens: readonly { readonly when: SqlExpr; readonly then: SqlExpr }[]
      readonly otherwise: SqlExpr
    }
  | { readonly kind: 'in-list'; readonly needle: SqlExpr; readonly items: readonly SqlExpr[] }
  | { readonly kind: 'in-query'; readonly needle: SqlExpr; readonly query: SqlQuery }
  | { readonly kind: 'scalar-query'; readonly query: SqlQuery }
  | { readonly kind: 'lambda'; readonly parameters: readonly string[]; readonly body: SqlExpr }
  | { readonly kind: 'list'; readonly items: readonly SqlExpr[] }
  | { readonly kind: 'star' }

export interface SqlOrder {
  readonly value: SqlExpr
  readonly descending: boolean
  readonly nullsFirst: boolean
}

export interface SqlWindow {
  readonly partitionBy?: readonly SqlExpr[]
  readonly orderBy: readonly SqlOrder[]
  /** Frame clause from our own code. */
  readonly frame?: string
}

export interface SqlOutput {
  readonly value: SqlExpr
  readonly alias: string
}

export type SqlFrom =
  | {
      readonly kind: 'relation'
      readonly name: string
      readonly alias: string
      /** All rows of a common table with keys so far, inside of its own recursion. */
      readonly isRecurring?: boolean
    }
  | { readonly kind: 'query'; readonly query: SqlQuery; readonly alias: string }
  | {
      readonly kind: 'join'
      readonly join: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'SEMI' | 'ANTI' | 'CROSS'
      readonly left: SqlFrom
      readonly right: SqlFrom
      readonly on?: SqlExpr
    }
  /** `generate_series(…) AS alias(column)`: a table function, whose rows come and go one chunk at a time. */
  | {
      readonly kind: 'function'
      readonly name: string
      readonly args: readonly SqlExpr[]
      readonly alias: string
      readonly column: string
    }
  /** `LATERAL (SELECT …)` after a join: sees the columns of its left side. */
  | { readonly kind: 'lateral'; readonly left: SqlFrom; readonly query: SqlQuery; readonly alias: string }

export interface SqlSelect {
  readonly kind: 'select'
  readonly distinctOn?: readonly SqlExpr[]
  /** All columns of FROM before `outputs`. */
  readonly star: boolean
  readonly outputs: readonly SqlOutput[]
  readonly from?: SqlFrom
  readonly where: readonly SqlExpr[]
  readonly groupBy?: readonly SqlExpr[]
  readonly orderBy?: readonly SqlOrder[]
  readonly limit?: bigint
}

export type SqlQuery =
  | SqlSelect
  | { readonly kind: 'union-all'; readonly queries: readonly SqlQuery[] }
  | { readonly kind: 'values'; readonly columns: readonly string[]; readonly rows: readonly (readonly SqlExpr[])[] }

export interface SqlCte {
  readonly name: string
  readonly query: SqlQuery
  readonly isMaterialized: boolean
  /** Its query is a union whose second part reads the name itself. */
  readonly isRecursive?: boolean
  /** Of a recursive one: columns of which no two rows have the same values. */
  readonly keys?: readonly string[]
}

export interface SqlStatement {
  readonly ctes: readonly SqlCte[]
  readonly query: SqlQuery
}
