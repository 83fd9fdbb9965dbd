import { child, children, type BoundNode } from '../../bind/bound.ts'
import { invalid, unsupported } from '../../errors.ts'
import type { ColumnDef, Join, JoinKind, Relation } from '../../ir/relation.ts'
import type { Scalar } from '../../ir/scalar.ts'
import { findColumn, reference, type Flow } from '../flow.ts'
import {
  parametersOf,
  refuseDynamicKey,
  refuseParameters,
  boundColumns,
  type OperatorContext,
  type OperatorLowering,
} from '../operator.ts'
import { lowerScalar, nameOf } from '../scalar.ts'
import { lowerTabular } from '../tabular.ts'

interface Kind {
  readonly join: JoinKind
  /** One left row for each key: `innerunique`, the default. */
  readonly uniqueLeft?: boolean
  /** The right side is what remains. */
  readonly swap?: boolean
}

const KINDS: Readonly<Record<string, Kind>> = {
  innerunique: { join: 'inner', uniqueLeft: true },
  inner: { join: 'inner' },
  leftouter: { join: 'left' },
  rightouter: { join: 'right' },
  fullouter: { join: 'full' },
  leftsemi: { join: 'semi' },
  rightsemi: { join: 'semi', swap: true },
  leftanti: { join: 'anti' },
  anti: { join: 'anti' },
  leftantisemi: { join: 'anti' },
  rightanti: { join: 'anti', swap: true },
  rightantisemi: { join: 'anti', swap: true },
}

export const join: OperatorLowering = {
  kind: 'JoinOperator',
  lower: (node, input, context) => {
    refuseParameters(node, ['kind'])
    const name = parametersOf(node).get('kind')?.text.toLowerCase() ?? 'innerunique'
    const kind = KINDS[name]
    if (kind === undefined) throw unsupported(`join kind=${name}`, node.span)
    const right = lowerTabular(child(node, 'Expression'), context)
    const keys = joinKeys(node.nodes['ConditionClause'], input, right, context)
    const relation = joinRelation(node, kind, input, right, keys)
    return { relation, columns: named(node, joinColumns(kind, input, right)), order: [] }
  },
}

function joinRelation(node: BoundNode, kind: Kind, left: Flow, right: Flow, keys: Join['keys']): Relation {
  const span = node.span
  const leftRelation: Relation =
    kind.uniqueLeft === true
      ? { kind: 'unique', input: left.relation, keys: keys.map((key) => key.left), span }
      : left.relation
  if (kind.swap === true) {
    const swapped = keys.map((key) => ({ left: key.right, right: key.left }))
    return { kind: 'join', join: kind.join, left: right.relation, right: leftRelation, keys: swapped, span }
  }
  return { kind: 'join', join: kind.join, left: leftRelation, right: right.relation, keys, span }
}

function joinColumns({ join: kind, swap }: Kind, left: Flow, right: Flow): readonly ColumnDef[] {
  if (kind === 'semi' || kind === 'anti') return swap === true ? right.columns : left.columns
  return [...left.columns, ...right.columns]
}

/** The binder knows which columns of the right side get a number (`key1`). */
function named(node: BoundNode, columns: readonly ColumnDef[]): ColumnDef[] {
  const names = boundColumns(node)
  if (names.length !== columns.length) throw unsupported('a join whose columns the binder does not know', node.span)
  return columns.map((column, index) => ({ ...column, name: names[index]?.name ?? column.name }))
}

export function joinKeys(
  clause: BoundNode | undefined,
  left: Flow,
  right: Flow,
  context: OperatorContext,
): Join['keys'] {
  if (clause === undefined || clause.kind !== 'JoinOnClause') {
    throw unsupported('a join without "on"', clause?.span ?? { offset: 0, length: 0 })
  }
  return children(clause, 'Expressions').flatMap((expression) => joinKey(expression, left, right, context))
}

function joinKey(node: BoundNode, left: Flow, right: Flow, context: OperatorContext): Join['keys'] {
  if (node.kind === 'ParenthesizedExpression') return joinKey(child(node, 'Expression'), left, right, context)
  if (node.kind === 'NameReference') return [sameName(node, left, right)]
  if (node.kind === 'AndExpression') {
    return [
      ...joinKey(child(node, 'Left'), left, right, context),
      ...joinKey(child(node, 'Right'), left, right, context),
    ]
  }
  if (node.kind !== 'EqualExpression') throw unsupported(`the join condition ${node.text}`, node.span)
  const scope = { columns: [], sides: { left: left.columns, right: right.columns }, order: [] }
  const first = lowerScalar(child(node, 'Left'), { ...context, scope })
  const second = lowerScalar(child(node, 'Right'), { ...context, scope })
  const isSwapped = child(node, 'Left').text.startsWith('$right')
  if (isSwapped) refuseMismatch(node, first, second)
  return [isSwapped ? { left: second, right: first } : { left: first, right: second }]
}

/** The binder looks at the types of `$left.a == $right.b` alone. */
function refuseMismatch(node: BoundNode, { type: one }: Scalar, { type: other }: Scalar): void {
  const isSame = one === other || (NUMBERS.has(one) && NUMBERS.has(other))
  if (isSame && one !== 'dynamic') return
  throw invalid(`a ${one} cannot be joined with a ${other}`, node.span, 'convert the keys to one type before the join')
}

const NUMBERS: ReadonlySet<string> = new Set(['int', 'long', 'real', 'decimal'])

function sameName(node: BoundNode, left: Flow, right: Flow): { left: Scalar; right: Scalar } {
  const name = nameOf(node)
  const [leftColumn, rightColumn] = [findColumn(left.columns, name), findColumn(right.columns, name)]
  if (leftColumn === undefined || rightColumn === undefined) {
    throw unsupported(`the join key "${name}", which is not on both sides`, node.span)
  }
  refuseDynamicKey(reference(leftColumn), 'join', node)
  return { left: reference(leftColumn, node.span), right: reference(rightColumn, node.span) }
}

/**
 * That the service takes the sides of a join in either order, published rules show; of a lookup none does, and the
 * binder then no longer leaves out the right key.
 */
function refuseSwapped(clause: BoundNode | undefined): BoundNode | undefined {
  const swapped = clause === undefined ? undefined : children(clause, 'Expressions').find(namesRightFirst)
  if (swapped !== undefined) {
    throw unsupported('a lookup that names $right first', swapped.span, 'write $left.<column> == $right.<column>')
  }
  return clause
}

function namesRightFirst(node: BoundNode): boolean {
  if (node.kind === 'ParenthesizedExpression') return namesRightFirst(child(node, 'Expression'))
  if (node.kind === 'AndExpression') return [child(node, 'Left'), child(node, 'Right')].some(namesRightFirst)
  return node.kind === 'EqualExpression' && child(node, 'Left').text.startsWith('$right')
}

/** `lookup`: a left outer (or inner) join whose right keys do not appear in the result. */
export const lookup: OperatorLowering = {
  kind: 'LookupOperator',
  lower: (node, input, context) => {
    refuseParameters(node, ['kind'])
    const name = parametersOf(node).get('kind')?.text.toLowerCase() ?? 'leftouter'
    if (name !== 'leftouter' && name !== 'inner') throw unsupported(`lookup kind=${name}`, node.span)
    const right = lowerTabular(child(node, 'Expression'), context)
    const keys = joinKeys(refuseSwapped(node.nodes['LookupClause']), input, right, context)
    const keyIds = new Set(keys.flatMap((key) => (key.right.kind === 'column' ? [key.right.id] : [])))
    const columns = [...input.columns, ...right.columns.filter(({ id }) => !keyIds.has(id))]
    const kind: JoinKind = name === 'inner' ? 'inner' : 'left'
    const relation: Relation = {
      kind: 'join',
      join: kind,
      left: input.relation,
      right: right.relation,
      keys,
      span: node.span,
    }
    // No page says that a lookup loses the order of the facts, and window functions may follow.
    return { relation, columns: named(node, columns), order: input.order }
  },
}
