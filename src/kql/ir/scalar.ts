import type { KustoType } from '../../domain/kusto.ts'
import type { TextSpan } from '../bind/bound.ts'
import type { Relation } from './relation.ts'

/** Columns are known by id, unique within a query; names only matter at the rim. */
export type ColumnId = number

/**
 * A constant in storage form: bigint for int, long, datetime and timespan (ticks), number for real, text for string,
 * guid, decimal (digits) and dynamic (JSON text). null is Kusto's null of the type.
 */
export type LiteralValue = boolean | bigint | number | string | null

interface ScalarBase {
  readonly type: KustoType
  readonly span: TextSpan
}

export interface ColumnScalar extends ScalarBase {
  readonly kind: 'column'
  readonly id: ColumnId
  readonly name: string
}

export interface LiteralScalar extends ScalarBase {
  readonly kind: 'literal'
  readonly value: LiteralValue
}

/** Entry for a column of which the data does not say the type: whoever reads it is refused. */
export const UNDECIDED_TYPE = 'undecided type'

/** A call of a catalogue entry (functions and operators alike), by the catalogue's name. */
export interface CallScalar extends ScalarBase {
  readonly kind: 'call'
  readonly name: string
  readonly args: readonly Scalar[]
}

/** Only inside an `aggregate` relation's measures. `order` is the input's order, for make_list and its kin. */
export interface AggregateScalar extends ScalarBase {
  readonly kind: 'aggregate'
  readonly name: string
  readonly args: readonly Scalar[]
  readonly order: readonly SortKey[]
}

/** A function of the rows around: `prev`, `row_number` … over the serialized order. */
export interface WindowScalar extends ScalarBase {
  readonly kind: 'window'
  readonly name: string
  readonly args: readonly Scalar[]
  readonly order: readonly SortKey[]
  /** Sees only rows in which this has the value that it has in its own. */
  readonly part?: Scalar | undefined
}

/** `toscalar`: first row of the relation's only column, null without rows. */
export interface SubqueryScalar extends ScalarBase {
  readonly kind: 'subquery'
  readonly relation: Relation
  readonly column: ColumnId
}

/** `needle in (relation)`: the set of the relation's column; `fold` compares without case. */
export interface MembershipScalar extends ScalarBase {
  readonly kind: 'membership'
  readonly needle: Scalar
  readonly relation: Relation
  readonly column: ColumnId
  readonly fold: boolean
  readonly negated: boolean
}

export type Scalar =
  ColumnScalar | LiteralScalar | CallScalar | AggregateScalar | WindowScalar | SubqueryScalar | MembershipScalar

export interface SortKey {
  readonly value: Scalar
  readonly descending: boolean
  readonly nullsFirst: boolean
}
