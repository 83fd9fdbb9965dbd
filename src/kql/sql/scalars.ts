import type { KustoType } from '../../domain/kusto.ts'
import { internal, unsupported } from '../errors.ts'
import type { AggregateInfo, CallInfo, SqlArg } from '../functions/entry.ts'
import { findEntry } from '../functions/index.ts'
import type { ColumnDef } from '../ir/relation.ts'
import type { LiteralScalar, MembershipScalar, Scalar, SortKey, SubqueryScalar } from '../ir/scalar.ts'
import { STORAGE_TYPE } from '../duckdb/storage.ts'
import { and, bool, call, cast, column, double, hasMisplacedSubquery, infix, isNull, long, not, nullOf, onceAll, orEmpty, text } from './build.ts' // prettier-ignore
import type { SqlExpr, SqlOrder } from './nodes.ts'
import type { Translation } from './translate.ts'

/** `Caller#12`: readable, and unique although DuckDB ignores case. */
export function columnAlias({ name, id }: Pick<ColumnDef, 'name' | 'id'>): string {
  return `${name}#${id}`
}

export function columnSql(definition: Pick<ColumnDef, 'name' | 'id'>): SqlExpr {
  return column(columnAlias(definition))
}

export function scalarSql(scalar: Scalar, translation: Translation): SqlExpr {
  switch (scalar.kind) {
    case 'column':
      return translation.column(scalar.id)
    case 'literal':
      return literalSql(scalar)
    case 'call':
      return callSql(scalar, translation)
    case 'aggregate':
    case 'window':
      return rowsCallSql(scalar, translation)
    case 'subquery':
      return subquerySql(scalar, translation)
    case 'membership':
      return membershipSql(scalar, translation)
  }
}

export function literalSql({ type, value, span }: LiteralScalar): SqlExpr {
  if (value === null) return nullOf(type)
  if (typeof value === 'boolean') return bool(value)
  if (typeof value === 'number') return double(value)
  if (typeof value === 'bigint') {
    return type === 'int' ? { kind: 'integer', value, type: 'INTEGER' } : long(value)
  }
  if (type === 'string' || type === 'dynamic') return text(value)
  if (type === 'guid') return cast(text(value), STORAGE_TYPE.guid)
  if (type === 'decimal') return cast(text(value), STORAGE_TYPE.decimal)
  throw internal('literal', `a ${typeof value} cannot be a ${type} (at ${span.offset})`)
}

function argumentOf(scalar: Scalar, translation: Translation): SqlArg {
  return {
    sql: scalarSql(scalar, translation),
    type: scalar.type,
    literal: scalar.kind === 'literal' ? scalar.value : undefined,
    span: scalar.span,
  }
}

function callInfo(scalar: Scalar & { readonly name: string }, translation: Translation): CallInfo {
  return { name: scalar.name, type: scalar.type, span: scalar.span, now: translation.now }
}

function callSql(scalar: Extract<Scalar, { kind: 'call' }>, translation: Translation): SqlExpr {
  const entry = findEntry(scalar.name)
  if (entry?.kind !== 'scalar') throw unsupported(`"${scalar.name}"`, scalar.span)
  const before = translation.subqueriesMade
  const args = scalar.args.map((argument) => argumentOf(argument, translation))
  const info = callInfo(scalar, translation)
  const made = entry.sql(args, info)
  // Few queries have any: the others are spared the search.
  if (translation.subqueriesMade === before || !hasMisplacedSubquery(made)) return made
  const values = args.map(({ sql }) => sql)
  return onceAll(values, (...named) => entry.sql(args.map((each, at) => ({ ...each, sql: named[at] ?? each.sql })), info)) // prettier-ignore
}

function rowsCallSql(scalar: Extract<Scalar, { kind: 'aggregate' | 'window' }>, translation: Translation): SqlExpr {
  const entry = findEntry(scalar.name)
  if (entry === undefined || entry.kind === 'scalar') throw unsupported(`"${scalar.name}"`, scalar.span)
  const args = scalar.args.map((argument) => argumentOf(argument, translation))
  const info: AggregateInfo = { ...callInfo(scalar, translation), order: orderSql(scalar.order, translation) }
  if (scalar.kind === 'aggregate' || scalar.part === undefined) return entry.sql(args, info)
  return entry.sql(args, { ...info, part: scalarSql(scalar.part, translation) })
}

/**
 * NaN stands beside null, between it and the numbers, whichever way they go (the page of sort says so); DuckDB has it as
 * the greatest number, which is the same where nulls stand at the greater end. A column that DuckDB (1.5) sorts by comes
 * back without the sign of -0.0; a sum is another column.
 */
export function orderSql(keys: readonly SortKey[], translation: Translation): SqlOrder[] {
  return keys.flatMap(({ value, descending, nullsFirst }) => {
    const key: SqlOrder = { value: scalarSql(value, translation), descending, nullsFirst }
    if (value.type !== 'real') return [key]
    const number: SqlOrder = { ...key, value: infix(key.value, '+', double(0)) }
    if (descending === nullsFirst) return [number]
    return [{ value: call('isnan', key.value), descending: nullsFirst, nullsFirst }, number]
  })
}

/** A string is never null, not even the one of no row. */
function subquerySql(scalar: SubqueryScalar, translation: Translation): SqlExpr {
  const query: SqlExpr = { kind: 'scalar-query', query: translation.single(scalar.relation, scalar.column) }
  return scalar.type === 'string' ? orEmpty(query) : query
}

/** Set and needle meet in the needle's type; a string on either side makes it text. */
function membershipSql(scalar: MembershipScalar, translation: Translation): SqlExpr {
  const fold = (value: SqlExpr): SqlExpr => (scalar.fold ? call('lower', value) : value)
  const source = translation.columnOf(scalar.relation, scalar.column)
  const inner: Scalar = { kind: 'column', id: source.id, name: source.name, type: source.type, span: scalar.span }
  const types = [source.type, scalar.needle.type]
  // As beside `==` (functions/operators/comparison.ts): a bool takes texts as bools.
  const isBool = !scalar.fold && scalar.needle.type === 'bool' && source.type === 'string'
  const isText = !isBool && (scalar.fold || types.includes('string'))
  const same = source.type === scalar.needle.type || (isNumber(source.type) && isNumber(scalar.needle.type))
  if (!isText && !isBool && !same)
    throw unsupported(`a ${scalar.needle.type} in a table of ${source.type}`, scalar.span)
  const made = (name: string, type: KustoType, ...args: Scalar[]): Scalar => ({ kind: 'call', name, type, args, span: scalar.span }) // prettier-ignore
  const met = (value: Scalar): Scalar => {
    if (isBool && value.type === 'string') return made('tobool', 'bool', value)
    if (!isText) return value
    if (value.type !== 'string') return made('tostring', 'string', value)
    if (!types.includes('real')) return value
    // The text `200` is `200.0` beside a real.
    const real = made('todouble', 'real', value)
    return made('iff', 'string', made('isnull', 'bool', real), value, made('tostring', 'string', real))
  }
  const query = translation.mapped(scalar.relation, (inside) => fold(scalarSql(met(inner), inside)))
  const own = scalarSql(scalar.needle, translation)
  const needle = fold(scalarSql(met(scalar.needle), translation))
  const tests: SqlExpr[] = [{ kind: 'in-query', needle, query }]
  // A null needle is in no list; as a text it would be the empty one, which the missing member of a bag is.
  if (isText && !['string', 'dynamic'].includes(scalar.needle.type)) tests.push(not(isNull(own)))
  // To DuckDB NaN is itself.
  if (!isText && scalar.needle.type === 'real') tests.push(not(call('isnan', own)))
  const found = call('coalesce', and(...tests), bool(false))
  return scalar.negated ? not(found) : found
}

const isNumber = (type: KustoType): boolean =>
  type === 'int' || type === 'long' || type === 'real' || type === 'decimal'
