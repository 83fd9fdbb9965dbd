/** KQL text → SQL, stage by stage; each stage can be printed. */
import { KqlError } from '../domain/errors.ts'
import type { RunVariables } from '../domain/run-variables.ts'
import type { WorkspaceSchema } from '../domain/schema.ts'
import { bindQuery, type BindOptions, type BoundQuery } from './bind/bind-query.ts'
import { findCrossResource, findPersistentGraph, findUnknownFunction } from './bind/cross-resource.ts'
import { printBound, type BoundNode, type TextSpan } from './bind/bound.ts'
import type { RunnableQuery } from './duckdb/run-query.ts'
import type { StoredTable } from './duckdb/storage.ts'
import { printPlan } from './ir/print.ts'
import { unsupported } from './errors.ts'
import { PARSE_VERSION } from './functions/scalar/text/version.ts'
import { refusalHint } from './functions/unsupported.ts'
import type { QueryPlan } from './ir/relation.ts'
import type { LiteralValue } from './ir/scalar.ts'
import { lowerPrefixes, lowerQualified, lowerQuery, missingBody, readOptions } from './lower/index.ts'
import type { LoweringOptions } from './lower/lowering.ts'
import { refuseMixedVersions } from './passes/mixed-versions.ts'
import { runPasses, type SpeedPass } from './passes/index.ts'
import type { TickWindow } from './passes/time-window.ts'
import { printSql } from './sql/print.ts'
import { placesOf, translate } from './sql/translate.ts'

export interface CompileOptions {
  readonly tables: ReadonlyMap<string, StoredTable>
  /** Ticks of `now()`, unless the text sets `query_now`. */
  readonly now: bigint
  readonly window: TickWindow | undefined
  /** Values of the run's variables; nothing without it. */
  readonly variables?: RunVariables | undefined
  /** What `externaldata` asked for and has been read; nothing without it. */
  readonly external?: ReadonlyMap<string, StoredTable>
  /** What constant expressions have come to; the same map for all compilations of a text. */
  readonly constants?: Map<string, LiteralValue>
  /** Columns of which the data does not say the type; the same set for all compilations of a text. */
  readonly undecided?: Set<string>
  /** The text has columns written into it that the data has. */
  readonly isOfTheData?: boolean
  /** Where an offset lies in the text without those. */
  readonly originalOffset?: (offset: number) => number
  /** Passes to leave out, for tests that compare. */
  readonly without?: ReadonlySet<SpeedPass>
}

export interface CompiledQuery extends RunnableQuery {
  /** Promised order of rows, as columns of the result: for tests of order. */
  readonly isOrdered: boolean
  /** Names of the tables that it reads, in order of appearance. */
  readonly tables: readonly string[]
}

/** The main pipeline up to one of its operators. */
export interface CompiledPrefix {
  readonly operator: string
  /** Of the operator in the text. */
  readonly position: TextSpan
  readonly query: CompiledQuery
}

export interface CompiledStage {
  readonly operator: string
  readonly position: TextSpan
  /** The first rows. */
  readonly sample: CompiledQuery
  /** One row, one long: how many there are. */
  readonly count: CompiledQuery
}

/**
 * Binds and refuses a text with errors. Of several the first fault of the grammar counts, as for the real engine, which
 * resolves no name of a text that it cannot parse.
 */
export function bindOrThrow(text: string, schema: WorkspaceSchema, options: BindOptions = {}): BoundQuery {
  const bound = bindQuery(text, schema, options)
  const errors = bound.diagnostics.filter(({ severity }) => severity === 'error')
  const [error] = [...errors.filter(({ code }) => code === 'kql-syntax'), ...errors]
  if (error === undefined) return bound
  refuseOtherPlaces(bound.root, schema)
  throw new KqlError({
    code: `kql/${error.code.replace(/^kql-/, '')}`,
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    position: { offset: error.offset, length: error.length },
  })
}

/**
 * Behind `workspace(…).T`, `graph(…)` and a function that nobody knows no column is known, so what else is wrong with the
 * query follows from that.
 */
function refuseOtherPlaces(root: BoundNode, schema: WorkspaceSchema): void {
  const place = findCrossResource(root)
  if (place !== undefined) lowerQualified(place)
  const graph = findPersistentGraph(root)
  if (graph !== undefined) throw unsupported('the function graph()', graph.span, refusalHint('function', 'graph'))
  const call = findUnknownFunction(root, schema)
  if (call !== undefined) throw missingBody(call.symbol?.name ?? call.text, call)
}

function isRunnable(name: string, { functions, tables }: WorkspaceSchema): boolean {
  return functions.get(name)?.body !== undefined || tables.has(name)
}

function settle(bound: BoundQuery, schema: WorkspaceSchema, options: CompileOptions): LoweringOptions {
  const { queryNow, binAuto } = readOptions(bound.root)
  return {
    tables: options.tables,
    now: queryNow ?? options.now,
    binAuto,
    isBodyless: (name) => schema.functions.has(name) && !isRunnable(name, schema),
    takesColumns: (name) => schema.functions.get(name)?.takesColumns === true,
    external: options.external ?? new Map(),
    variables: options.variables ?? {},
    constants: options.constants ?? new Map(),
    undecided: options.undecided ?? new Set(),
    originalOffset: options.originalOffset ?? ((offset) => offset),
  }
}

function finish(plan: QueryPlan, settled: LoweringOptions, options: CompileOptions): CompiledQuery {
  const optimized = runPasses(plan, options)
  const foldsByBlocks = options.without?.has('foldByBlocks') !== true
  const sql = printSql(translate(optimized, { now: settled.now, foldsByBlocks }))
  // Few queries have versions: the others are spared the walk.
  if (sql.text.includes(PARSE_VERSION)) refuseMixedVersions(plan.relation)
  return {
    columns: plan.columns.map(({ name, type }) => ({ name, type })),
    places: placesOf(optimized),
    sql,
    isOrdered: plan.order.length > 0,
    tables: [...(plan.tables ?? [])],
  }
}

export function compile(text: string, schema: WorkspaceSchema, options: CompileOptions): CompiledQuery {
  const bound = bindOrThrow(text, schema, options)
  const settled = settle(bound, schema, options)
  return finish(lowerQuery(bound.root, settled), settled, options)
}

/** SQL of a plan that belongs to `text`: what resolve-columns.ts asks the data. */
export function compilePlan(
  plan: QueryPlan,
  text: string,
  schema: WorkspaceSchema,
  options: CompileOptions,
): CompiledQuery {
  return finish(plan, settle(bindQuery(text, schema, options), schema, options), options)
}

/** For each prefix of the main pipeline its first rows and their number, both computed in DuckDB. */
export function compileTrace(
  text: string,
  schema: WorkspaceSchema,
  options: CompileOptions,
  sampleSize: bigint,
): CompiledStage[] {
  const bound = bindOrThrow(text, schema, options)
  const settled = settle(bound, schema, options)
  return lowerPrefixes(bound.root, settled).map(({ operator, position, plan }) => ({
    operator,
    position,
    sample: finish(firstRows(plan, sampleSize), settled, options),
    count: finish(countRows(plan), settled, options),
  }))
}

export function compilePrefixes(text: string, schema: WorkspaceSchema, options: CompileOptions): CompiledPrefix[] {
  const bound = bindOrThrow(text, schema, options)
  const settled = settle(bound, schema, options)
  return lowerPrefixes(bound.root, settled).map(({ operator, position, plan }) => ({
    operator,
    position,
    query: finish(plan, settled, options),
  }))
}

const NOWHERE = { offset: 0, length: 0 }

function firstRows(plan: QueryPlan, count: bigint): QueryPlan {
  return { ...plan, relation: { kind: 'limit', input: plan.relation, keys: plan.order, count, span: NOWHERE } }
}

function countRows({ relation }: QueryPlan): QueryPlan {
  // No column of a lowered query has the id 0.
  const column = { id: 0, name: 'Count', type: 'long' } as const
  const value = { kind: 'aggregate', name: 'count', type: 'long', args: [], order: [], span: NOWHERE } as const
  const counted = {
    kind: 'aggregate',
    input: relation,
    keys: [],
    measures: [{ ...column, value }],
    span: NOWHERE,
  } as const
  return { relation: counted, columns: [column], order: [] }
}

export type Stage = 'bound' | 'ir' | 'sql'

export function explain(text: string, schema: WorkspaceSchema, options: CompileOptions, stage: Stage): string {
  const bound = bindOrThrow(text, schema, options)
  if (stage === 'bound') return printBound(bound.root)
  const settled = settle(bound, schema, options)
  const plan = runPasses(lowerQuery(bound.root, settled), { window: options.window })
  if (stage === 'ir') return printPlan(plan)
  const { text: sql, parameters } = printSql(translate(plan, { now: settled.now, foldsByBlocks: true }))
  return [sql, ...parameters.map((value, index) => `-- $${index + 1} = ${JSON.stringify(value)}`)].join('\n')
}
