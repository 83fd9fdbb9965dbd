/**
 * Which rows the service calls serialized: window functions over others it refuses. Its page of serialize lists what gives
 * serialized rows and what does not; where it and the page of window functions differ (mv-expand) or say nothing (union,
 * lookup, mv-apply …) nothing is known, and nothing is refused.
 */
import type { BoundNode } from '../bind/bound.ts'
import { invalid } from '../errors.ts'
import type { Flow } from './flow.ts'

const SERIALIZED = new Set([
  'GetSchemaOperator', 'SerializeOperator', 'SortOperator', 'TopHittersOperator', 'TopOperator',
]) // prettier-ignore

const UNSERIALIZED = new Set([
  'CountOperator', 'DataTableExpression', 'DistinctOperator', 'EvaluateOperator', 'ExternalDataExpression', 'JoinOperator',
  'MakeSeriesOperator', 'SampleDistinctOperator', 'SampleOperator', 'SummarizeOperator', 'TopNestedOperator',
]) // prettier-ignore

const KEEP = new Set([
  'AsOperator', 'ExtendOperator', 'FilterOperator', 'ParseOperator', 'ParseWhereOperator', 'ProjectAwayOperator',
  'ProjectKeepOperator', 'ProjectOperator', 'ProjectRenameOperator', 'ProjectReorderOperator', 'TakeOperator',
]) // prettier-ignore

/** What an operator or a source gives, with what is known of its order. */
export function withSerialization(node: BoundNode, output: Flow, input?: Flow): Flow {
  return { ...output, isSerialized: serializationOf(node, input) }
}

function serializationOf({ kind }: BoundNode, input: Flow | undefined): boolean | undefined {
  if (SERIALIZED.has(kind)) return true
  if (UNSERIALIZED.has(kind)) return false
  return KEEP.has(kind) ? input?.isSerialized : undefined
}

export function checkSerialized(window: BoundNode, input: Flow): void {
  if (input.isSerialized !== false) return
  const name = window.nodes['Name']?.text ?? window.text
  throw invalid(`${name}() needs rows in an order`, window.span, 'put sort or serialize before it')
}
