import type { KustoType } from '../../domain/kusto.ts'
import type { TextSpan } from '../bind/bound.ts'
import type { ColumnDef, Relation } from '../ir/relation.ts'
import type { ColumnScalar, Scalar, SortKey } from '../ir/scalar.ts'

/** What runs through a pipe: a relation, its visible columns in order, and the order of rows that it promises. */
export interface Flow {
  readonly relation: Relation
  readonly columns: readonly ColumnDef[]
  readonly order: readonly SortKey[]
  /** Whether the service lets window functions run over these rows (serialization.ts); undefined where that is unknown. */
  readonly isSerialized?: boolean | undefined
  /** What the operator that made these rows, `as`, calls them: the value of a source column of union and search. */
  readonly givenName?: string | undefined
}

export const NO_SPAN: TextSpan = { offset: 0, length: 0 }

export function reference(column: ColumnDef, span: TextSpan = NO_SPAN): ColumnScalar {
  return { kind: 'column', id: column.id, name: column.name, type: column.type, span }
}

export function literal(
  type: KustoType,
  value: boolean | bigint | number | string | null,
  span: TextSpan = NO_SPAN,
): Scalar {
  return { kind: 'literal', type, value, span }
}

/** Kusto's null of a type; the empty string for strings. */
export function nullLiteral(type: KustoType, span: TextSpan = NO_SPAN): Scalar {
  return literal(type, type === 'string' ? '' : null, span)
}

export function callScalar(name: string, type: KustoType, args: readonly Scalar[], span: TextSpan): Scalar {
  return { kind: 'call', name, type, args, span }
}

/** Kusto's names are case-sensitive and unique within a table. */
export function findColumn(columns: readonly ColumnDef[], name: string): ColumnDef | undefined {
  return columns.find((column) => column.name === name)
}
