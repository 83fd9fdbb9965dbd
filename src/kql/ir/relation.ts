import type { KustoType } from '../../domain/kusto.ts'
import type { TextSpan } from '../bind/bound.ts'
import type { NativeColumn, StoredTable } from '../duckdb/storage.ts'
import type { ColumnId, Scalar, SortKey } from './scalar.ts'

export interface ColumnDef {
  readonly id: ColumnId
  readonly name: string
  readonly type: KustoType
}

export interface Computed extends ColumnDef {
  readonly value: Scalar
}

interface RelationBase {
  readonly span: TextSpan
}

/** A stored table; `columns` are its columns under fresh ids, `source` their physical names. */
export interface Scan extends RelationBase {
  readonly kind: 'scan'
  readonly table: StoredTable
  readonly columns: readonly ScanColumn[]
  /** Conditions on columns as the file has them, all of which hold for the rows that the query wants (scan-bounds.ts). */
  readonly bounds: readonly ScanBound[]
  /** More of them, of any form (scan-tests.ts). */
  readonly tests: readonly ScanTest[]
  /** Few rows are likely to be left, and all of them are wanted (sift-scans.ts). */
  readonly isSifted?: boolean
  /** No other rows than these are wanted (limit-scans.ts). */
  readonly limit?: ScanLimit
}

/** The first `count` rows in the order of `keys` (any rows without keys) of those for which all conditions hold. */
export interface ScanLimit {
  readonly conditions: readonly Scalar[]
  readonly keys: readonly SortKey[]
  readonly count: bigint
}

export interface ScanColumn extends ColumnDef {
  readonly source: string
  readonly native?: NativeColumn
  /** Null (empty for strings) in every row, because no file has it. */
  readonly isMissing?: boolean
}

/** A condition that reads native texts as they are in the file; where it is null the row is not wanted. */
export interface ScanTest {
  readonly condition: Scalar
  /** Those that the condition reads. */
  readonly columns: readonly ScanColumn[]
}

export interface ScanBound {
  readonly column: ColumnDef & { readonly native: NativeColumn }
  readonly operator: '=' | '<' | '<=' | '>' | '>=' | 'in'
  /** Literals or constant expressions; one, except for `in`. */
  readonly values: readonly Scalar[]
}

export interface Values extends RelationBase {
  readonly kind: 'values'
  readonly columns: readonly ColumnDef[]
  readonly rows: readonly (readonly Scalar[])[]
}

export interface Filter extends RelationBase {
  readonly kind: 'filter'
  readonly input: Relation
  readonly condition: Scalar
}

/** Adds columns to all of the input's. */
export interface Extend extends RelationBase {
  readonly kind: 'extend'
  readonly input: Relation
  readonly columns: readonly Computed[]
}

/** Keeps only these columns. */
export interface Project extends RelationBase {
  readonly kind: 'project'
  readonly input: Relation
  readonly columns: readonly Computed[]
}

/** Without keys: one row always, as Kusto gives it. */
export interface Aggregate extends RelationBase {
  readonly kind: 'aggregate'
  readonly input: Relation
  readonly keys: readonly Computed[]
  readonly measures: readonly Computed[]
}

/** One row for each combination of the keys, any of them, all columns kept: the left side of `innerunique`. */
export interface Unique extends RelationBase {
  readonly kind: 'unique'
  readonly input: Relation
  readonly keys: readonly Scalar[]
}

export type JoinKind = 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti'

/** The output has the columns of both sides, of the left only for `semi` and `anti`. */
export interface Join extends RelationBase {
  readonly kind: 'join'
  readonly join: JoinKind
  readonly left: Relation
  readonly right: Relation
  readonly keys: readonly { readonly left: Scalar; readonly right: Scalar }[]
}

/** Bag union: column `i` of the output is `sources[i]` of each input, or null (empty for strings). */
export interface Union extends RelationBase {
  readonly kind: 'union'
  readonly columns: readonly ColumnDef[]
  readonly inputs: readonly { readonly relation: Relation; readonly sources: readonly (Scalar | undefined)[] }[]
}

/** The first `count` rows in the order of `keys` (any rows without keys). */
export interface Limit extends RelationBase {
  readonly kind: 'limit'
  readonly input: Relation
  readonly keys: readonly SortKey[]
  readonly count: bigint
}

/** Adds `column`: 1, 2, 3 … in the order of `keys`, in the order of the input without keys. */
export interface Numbering extends RelationBase {
  readonly kind: 'number'
  readonly input: Relation
  readonly keys: readonly SortKey[]
  readonly column: ColumnDef
}

/**
 * `range`: one long column from `from` to `to` by `step` in storage units; `reals` marks a range of reals.
 */
export interface Range extends RelationBase {
  readonly kind: 'range'
  readonly column: ColumnDef
  readonly from: Scalar
  readonly to: Scalar
  readonly step: Scalar
}

/**
 * One row for each element of the expanded dynamics, side by side; shorter ones are filled with null. A dynamic that is
 * null counts as one element, null, when `keepEmpty`, else as none.
 */
export interface Expand extends RelationBase {
  readonly kind: 'expand'
  readonly input: Relation
  readonly items: readonly {
    readonly value: Scalar
    /** The element as dynamic. */
    readonly column: ColumnDef
    /** Bags become `[key, value]` pairs instead of one-member bags. */
    readonly asPairs: boolean
  }[]
  /** Position of the element, counted from 1: keeps the order of the expansion. */
  readonly position: ColumnDef
  readonly indexColumn: ColumnDef | undefined
  readonly keepEmpty: boolean
  readonly limit: bigint | undefined
}

/**
 * For each row of `input` the rows of `body`, which may refer to the input's columns: `mv-apply`, `partition`. A row for
 * which the body gives nothing goes.
 */
export interface Apply extends RelationBase {
  readonly kind: 'apply'
  readonly input: Relation
  readonly body: Relation
  /** Of the rows of `input`; more are a refusal. */
  readonly atMost?: number
}

/**
 * A walk over the rows in the order of `row` (1, 2, 3 …) with a state: `scan`. Rows of one value of `part` follow each other,
 * and the walk begins anew with each value. For each row the
 * stages run in turn; a column of a stage sees the row, the states before it and all earlier stages. A row of the result
 * is a row of the input with the values of one output.
 */
export interface Fold extends RelationBase {
  readonly kind: 'fold'
  readonly input: Relation
  readonly row: ColumnDef
  readonly part: ColumnDef | undefined
  /** With their values before the first row of a part. */
  readonly states: readonly Computed[]
  readonly stages: readonly (readonly Computed[])[]
  /** What each of `states` is after the row: a column of a stage, or the state itself. */
  readonly after: readonly ColumnDef[]
  readonly outputs: readonly {
    /** A bool that is never null. */
    readonly when: ColumnDef
    /** One for each of `columns`. */
    readonly values: readonly ColumnDef[]
  }[]
  readonly columns: readonly ColumnDef[]
  /** Index of the output that a row comes from: one row of the input may give several. */
  readonly position: ColumnDef
}

/**
 * `row_window_session` over the rows in the order of `row`. A segment is what nothing but the distance from a session's first
 * value divides: a row whose value is that far from it begins the next session.
 */
export interface Sessions extends RelationBase {
  readonly kind: 'sessions'
  readonly input: Relation
  readonly row: ColumnDef
  readonly segment: ColumnDef
  readonly value: ColumnDef
  readonly distance: ColumnDef
  /** First value of the session. */
  readonly column: ColumnDef
}

/**
 * Walks over `steps` from each of `starts`, at least `fewest` and at most `most` long, one row for each: an edge of variable
 * length in a graph pattern. A walk of no step ends where it starts.
 */
export interface Walk extends RelationBase {
  readonly kind: 'walk'
  /** No node twice. */
  readonly starts: Relation
  readonly start: ColumnDef
  readonly steps: Relation
  readonly step: { readonly edge: ColumnDef; readonly from: ColumnDef; readonly to: ColumnDef }
  /** The nodes, where something of those on the way is measured. */
  readonly between: { readonly relation: Relation; readonly node: ColumnDef } | undefined
  readonly fewest: bigint
  readonly most: bigint
  /** What no walk has twice. */
  readonly unique: 'edges' | 'nodes' | 'nothing'
  /**
   * Of the walks between two nodes only the shortest: one, or all of the same length. They are found level by level, each
   * node once from each start, so `fewest` must not ask for more than one step.
   */
  readonly shortest: 'any' | 'all' | undefined
  readonly measures: readonly WalkMeasure[]
  /** The lists of the measures begin with the last step. */
  readonly isReversed: boolean
  readonly first: ColumnDef
  readonly last: ColumnDef
  /** How many steps. */
  readonly length: ColumnDef
  /**
   * Numbers of the edges or nodes that are unique, if any are. Its type is a pretence: it is a list of DuckDB's, which
   * only calls of `walk has` and `walks share` read.
   */
  readonly visited: ColumnDef
}

/** Over the edges of a walk, or over the nodes between its ends. */
export interface WalkMeasure {
  readonly kind: 'all' | 'any' | 'list'
  readonly of: 'edges' | 'inner nodes'
  /** A column of `steps`, or of `between`; a bool that is never null for `all` and `any`. */
  readonly value: ColumnDef
  readonly column: ColumnDef
  /** No walk for which it fails is wanted, nor any that goes on from there. */
  readonly isRequired: boolean
}

/** A `let` table or `materialize` that is read several times: `columns` map fresh ids to the shared relation's. */
export interface Reference extends RelationBase {
  readonly kind: 'reference'
  readonly shared: SharedRelation
  readonly columns: readonly (ColumnDef & { readonly source: ColumnId })[]
}

export interface SharedRelation {
  readonly name: string
  readonly relation: Relation
  readonly columns: readonly ColumnDef[]
  /** `materialize`: evaluated once, whatever it costs. */
  readonly isMaterialized: boolean
}

export type Relation =
  | Scan
  | Values
  | Filter
  | Extend
  | Project
  | Aggregate
  | Unique
  | Join
  | Union
  | Limit
  | Numbering
  | Range
  | Expand
  | Apply
  | Fold
  | Sessions
  | Walk
  | Reference

/** A whole query: visible columns in order, and the order of rows that the query promises. */
export interface QueryPlan {
  readonly relation: Relation
  readonly columns: readonly ColumnDef[]
  readonly order: readonly SortKey[]
  /** Columns that are null (empty for strings) in every row: the relation need not give them (prune-columns.ts). */
  readonly missing?: ReadonlySet<ColumnId>
  /** Names of the tables that it scans, in order of appearance; those of a whole query only. */
  readonly tables?: ReadonlySet<string>
}

/** Relations that one takes its rows from. What it refers to by name is none. */
export function inputsOf(relation: Relation): readonly Relation[] {
  switch (relation.kind) {
    case 'scan':
    case 'values':
    case 'range':
    case 'reference':
      return []
    case 'join':
      return [relation.left, relation.right]
    case 'union':
      return relation.inputs.map((input) => input.relation)
    case 'apply':
      return [relation.input, relation.body]
    case 'walk':
      return [relation.starts, relation.steps, ...(relation.between === undefined ? [] : [relation.between.relation])]
    default:
      return [relation.input]
  }
}

/** Columns that a relation gives, visible or not. */
export function columnsOf(relation: Relation): readonly ColumnDef[] {
  switch (relation.kind) {
    case 'scan':
    case 'values':
    case 'project':
    case 'union':
    case 'reference':
      return relation.columns
    case 'filter':
    case 'unique':
    case 'limit':
      return columnsOf(relation.input)
    case 'extend':
      return [...columnsOf(relation.input), ...relation.columns]
    case 'aggregate':
      return [...relation.keys, ...relation.measures]
    case 'join':
      return relation.join === 'semi' || relation.join === 'anti'
        ? columnsOf(relation.left)
        : [...columnsOf(relation.left), ...columnsOf(relation.right)]
    case 'apply':
      return [...columnsOf(relation.input), ...columnsOf(relation.body)]
    case 'number':
      return [...columnsOf(relation.input), relation.column]
    case 'range':
      return [relation.column]
    case 'fold':
      return [...columnsOf(relation.input), ...relation.columns, relation.position]
    case 'sessions':
      return [...columnsOf(relation.input), relation.column]
    case 'walk':
      return [
        relation.first,
        relation.last,
        relation.length,
        ...(relation.unique === 'nothing' ? [] : [relation.visited]),
        ...relation.measures.map(({ column }) => column),
      ]
    case 'expand':
      return [
        ...columnsOf(relation.input),
        ...relation.items.map(({ column }) => column),
        relation.position,
        ...(relation.indexColumn === undefined ? [] : [relation.indexColumn]),
      ]
  }
}
