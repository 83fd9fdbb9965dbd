/** Bound tree → IR. */
import { RUN_VARIABLES } from '../../domain/run-variables.ts'
import type { RunVariable, RunVariables } from '../../domain/run-variables.ts'
import type { Duration, Instant } from '../../domain/time.ts'
import { children, type BoundNode } from '../bind/bound.ts'
import { instantToTicks, TICKS_PER_MILLISECOND } from '../duckdb/storage.ts'
import { invalid, unsupported } from '../errors.ts'
import type { QueryPlan } from '../ir/relation.ts'
import type { LiteralScalar } from '../ir/scalar.ts'
import type { BinAuto } from './bin-auto.ts'
import { Environment } from './environment.ts'
import { defineStatements } from './let.ts'
import { nameOf } from './scalar.ts'
import { Lowering, type LoweringOptions } from './lowering.ts'
import { refuseVisibleSketches } from './sketches.ts'
import { lowerTabular } from './tabular.ts'
export { lowerQualified, missingBody } from './tabular.ts'
import { lowerLiteral, isLiteralNode } from './literals.ts'
import { literal, type Flow } from './flow.ts'
import { tracePoints, type TracePoint } from './trace.ts'

/** Values of the `set` statements that the engine heeds; others are options of the service without meaning here. */
export interface QueryOptions {
  /** `set query_now=datetime(…)`, in ticks. */
  readonly queryNow: bigint | undefined
  readonly binAuto: BinAuto
  /** `set query_take_max_records=10`: no more rows than that are in the answer. */
  readonly mostRecords: LiteralScalar | undefined
}

function statementsOf(root: BoundNode): readonly BoundNode[] {
  return children(root, 'Statements')
}

export function readOptions(root: BoundNode): QueryOptions {
  const options = new Map<string, LiteralScalar>()
  for (const statement of statementsOf(root)) {
    if (statement.kind !== 'SetOptionStatement') continue
    const [name, value] = [statement.nodes['Name']?.text, statement.nodes['ValueClause']?.nodes['Expression']]
    if (name !== undefined && value !== undefined && isLiteralNode(value)) options.set(name, lowerLiteral(value))
  }
  const now = options.get('query_now')
  return {
    queryNow: now?.type === 'datetime' && typeof now.value === 'bigint' ? now.value : undefined,
    binAuto: { size: options.get('query_bin_auto_size'), origin: options.get('query_bin_auto_at') },
    mostRecords: options.get('query_take_max_records'),
  }
}

interface Prepared {
  readonly expression: BoundNode
  readonly context: Parameters<typeof lowerTabular>[1]
}

function prepare(root: BoundNode, options: LoweringOptions): Prepared {
  const statements = statementsOf(root)
  const expressions = statements.filter(({ kind }) => kind === 'ExpressionStatement')
  const [statement] = expressions
  const expression = statement?.nodes['Expression']
  if (expression === undefined) throw invalid('the query has no tabular expression', root.span, 'end it with a table')
  if (expressions.length > 1) throw unsupported('several queries in one text', expressions[1]?.span ?? root.span)
  const lowering = new Lowering(options, root)
  const environment = environmentOf(options.variables)
  defineStatements(statements, { lowering, environment, scope: { columns: [], order: [] } })
  return { expression, context: { lowering, environment } }
}

function environmentOf(variables: RunVariables): Environment {
  const environment = new Environment()
  for (const [name, value] of Object.entries(variables) as [RunVariable, Instant | Duration | undefined][]) {
    if (value === undefined) continue
    const type = RUN_VARIABLES[name]
    const ticks =
      type === 'datetime' ? instantToTicks(value as Instant) : BigInt(Math.round(value)) * TICKS_PER_MILLISECOND
    environment.define(name, { kind: 'scalar', value: () => literal(type, ticks) })
  }
  return environment
}

function withinMostRecords(flow: Flow, { mostRecords }: QueryOptions): Flow {
  if (mostRecords === undefined) return flow
  const { value: count, span } = mostRecords
  if (typeof count !== 'bigint' || count <= 0n)
    throw unsupported('query_take_max_records of no whole number above 0', span)
  return { ...flow, relation: { kind: 'limit', input: flow.relation, keys: flow.order, count, span } }
}

function planOf({ relation, columns, order }: Flow): QueryPlan {
  return { relation, columns, order }
}

export function lowerQuery(root: BoundNode, options: LoweringOptions): QueryPlan {
  const { expression, context } = prepare(root, options)
  const flow = withinMostRecords(lowerTabular(expression, context), readOptions(root))
  const plan = { ...planOf(flow), tables: context.lowering.scanned }
  return context.lowering.hasSketches ? refuseVisibleSketches(plan) : plan
}

/** One plan for each prefix of the main pipeline. */
export function lowerPrefixes(
  root: BoundNode,
  options: LoweringOptions,
): (TracePoint & { readonly plan: QueryPlan })[] {
  const lets = new Map<string, BoundNode>()
  for (const { kind, nodes } of statementsOf(root)) {
    const { Name: name, Expression: value } = nodes
    const isPiped = value?.type?.kind === 'table' || value?.type?.kind === 'graph'
    if (kind === 'LetStatement' && name !== undefined && value !== undefined && isPiped) lets.set(nameOf(name), value)
  }
  // To the right of its own name, in `let T = T | where …`, a name is the table of the workspace.
  const letOf = (name: BoundNode): BoundNode | undefined =>
    name.symbol?.kind === 'table' ? undefined : lets.get(nameOf(name))
  const points = tracePoints(prepare(root, options).expression, letOf)
  return points.map((point) => {
    // Each prefix is lowered by itself: its ids and shared tables belong to it alone.
    const { context } = prepare(root, options)
    return { ...point, plan: planOf(lowerTabular(point.node, context)) }
  })
}
