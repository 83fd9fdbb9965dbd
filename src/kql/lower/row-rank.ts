/** row_rank_dense and row_rank_min, made of runs and row numbers; both restart with their second argument. */
import { child, children, type BoundNode } from '../bind/bound.ts'
import { invalid } from '../errors.ts'
import type { Scalar, WindowScalar } from '../ir/scalar.ts'
import { callScalar, literal, reference } from './flow.ts'
import { lowerScalar, type ScalarContext } from './scalar.ts'

/** Special forms that read neighbouring rows: their operators need a serialized input. */
export const ROW_RANKS: ReadonlySet<string> = new Set(['row_rank', 'row_rank_dense', 'row_rank_min'])

/** The window function whose state goes from row to row (passes/divide-sessions.ts). */
export const SESSION = 'row_window_session'

interface Operands {
  /** True where a new run of equal terms begins. */
  readonly changes: Scalar
  readonly restart: Scalar
}

function operands(node: BoundNode, context: ScalarContext): Operands {
  const [termNode, restartNode] = children(child(node, 'ArgumentList'), 'Expressions')
  if (termNode === undefined) throw invalid(`${node.text} needs a term`, node.span)
  const term = lowerScalar(termNode, context)
  const restart = restartNode === undefined ? literal('bool', false, node.span) : lowerScalar(restartNode, context)
  const previous = { ...window('prev', [term], node, context), type: term.type }
  const differs = callScalar('!=', 'bool', [term, previous], node.span)
  // A first term that is null differs from nothing before it, and begins a run all the same.
  const number = window(
    'row_number',
    [literal('long', 1n, node.span), literal('bool', false, node.span)],
    node,
    context,
  )
  const isFirst = callScalar('==', 'bool', [number, literal('long', 1n, node.span)], node.span)
  const begins = callScalar('or', 'bool', [differs, isFirst], node.span)
  return { restart, changes: callScalar('or', 'bool', [begins, restart], node.span) }
}

function window(name: string, args: readonly Scalar[], node: BoundNode, context: ScalarContext): WindowScalar {
  const { order } = context.scope
  return { kind: 'window', name, type: 'long', args, order, ...ownPart(context), span: node.span }
}

/** What a window function sees inside of a `partition` that runs over all its parts at once. */
export function ownPart({ part }: ScalarContext): Pick<WindowScalar, 'part'> {
  return part === undefined ? {} : { part: reference(part) }
}

/** How many runs have begun since the restart. */
export function rowRankDense(node: BoundNode, context: ScalarContext): Scalar {
  const { changes, restart } = operands(node, context)
  return window('restart run', [changes, restart], node, context)
}

/** Row number at which the run began: the row's own, less its place within the run. */
export function rowRankMin(node: BoundNode, context: ScalarContext): Scalar {
  const { changes, restart } = operands(node, context)
  const one = literal('long', 1n, node.span)
  const own = window('row_number', [one, restart], node, context)
  const inRun = window('row_number', [one, changes], node, context)
  return callScalar('+', 'long', [callScalar('-', 'long', [own, inRun], node.span), one], node.span)
}
