import { child, nestedNodes, type BoundNode } from '../../bind/bound.ts'
import { findEntry } from '../../functions/index.ts'
import type { SortKey } from '../../ir/scalar.ts'
import type { Environment } from '../environment.ts'
import { reference, type Flow } from '../flow.ts'
import type { OperatorContext, OperatorLowering } from '../operator.ts'
import { ROW_RANKS, SESSION } from '../row-rank.ts'
import { nameOf } from '../scalar.ts'
import { checkSerialized } from '../serialization.ts'
import { lowerExtend } from './extend.ts'

export const serialize: OperatorLowering = {
  kind: 'SerializeOperator',
  lower: (node, input, context) => lowerExtend(node, numbered(input, context, node), context),
}

/**
 * Window functions need one total order, the same for each of them, though `sort` leaves ties open: a hidden row
 * number fixes it once.
 */
export function serialized(node: BoundNode, input: Flow, context: OperatorContext): Flow {
  const window = windowIn(node, context.environment)
  if (window === undefined) return input
  checkSerialized(window, input)
  return numbered(input, context, node)
}

export const ROW_NUMBER = '$row'

export function numbered(input: Flow, context: OperatorContext, node: BoundNode): Flow {
  if (input.order.length === 1 && input.order.every((key) => isOwnCount(key, input, ROW_NUMBER)))
    return { ...input, isSerialized: true }
  const column = context.lowering.column(ROW_NUMBER, 'long')
  return {
    ...input,
    relation: { kind: 'number', input: input.relation, keys: input.order, column, span: node.span },
    order: [{ value: reference(column, node.span), descending: false, nullsFirst: true }],
    isSerialized: true,
  }
}

/** A hidden column of ours under the name, not one of the query's that is called so, as a member of a bag may be. */
export function isOwnCount({ value }: SortKey, { columns }: Flow, name: string): boolean {
  return value.kind === 'column' && value.name === name && !columns.some(({ id }) => id === value.id)
}

export const usesWindow = (node: BoundNode, environment: Environment): boolean =>
  windowIn(node, environment) !== undefined

export const usesSessions = (node: BoundNode, environment: Environment): boolean =>
  windowIn(node, environment, SESSIONS) !== undefined

/** Window functions that are looked for. */
interface Windows {
  readonly has: (name: string) => boolean
  /** Declarations of `let` functions, and whether they call one: each is looked through once, however often it is called. */
  readonly declarations: WeakMap<BoundNode, boolean>
}

const ALL: Windows = {
  has: (name) => ROW_RANKS.has(name) || findEntry(name)?.kind === 'window',
  declarations: new WeakMap(),
}
const SESSIONS: Windows = { has: (name) => name === SESSION, declarations: new WeakMap() }

/** The first call of a window function, or of a function of the user's that has one, for the rows of `node` itself. */
function windowIn(node: BoundNode, environment: Environment, windows = ALL): BoundNode | undefined {
  if (isWindow(node, environment, windows)) return node
  for (const nested of nestedNodes(node)) {
    // A query of its own, in toscalar() or in a list, has rows of its own.
    const window = nested.type?.kind === 'table' ? undefined : windowIn(nested, environment, windows)
    if (window !== undefined) return window
  }
  return undefined
}

function isWindow(node: BoundNode, environment: Environment, windows: Windows): boolean {
  const isCall = node.kind === 'FunctionCallExpression'
  if (!isCall && !(node.kind === 'NameReference' && node.symbol?.kind === 'function')) return false
  const name = nameOf(isCall ? child(node, 'Name') : node)
  const binding = environment.find(name)
  if (binding?.kind === 'function') return isOverWindows(binding.declaration, binding.environment, windows)
  const called = isCall ? node.called?.() : undefined
  if (called?.isSaved === true) return windowIn(called.body, environment, windows) !== undefined
  return isCall && windows.has(name)
}

function isOverWindows(declaration: BoundNode, environment: Environment, windows: Windows): boolean {
  const known = windows.declarations.get(declaration)
  if (known !== undefined) return known
  windows.declarations.set(declaration, false)
  const found = windowIn(declaration, environment, windows) !== undefined
  windows.declarations.set(declaration, found)
  return found
}
