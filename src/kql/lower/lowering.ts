import { KqlError } from '../../domain/errors.ts'
import type { KustoType } from '../../domain/kusto.ts'
import type { RunVariables } from '../../domain/run-variables.ts'
import { allOf, type BoundNode, type TextSpan } from '../bind/bound.ts'
import type { StoredTable } from '../duckdb/storage.ts'
import { unsupported } from '../errors.ts'
import type { ColumnDef, Relation } from '../ir/relation.ts'
import type { LiteralValue, Scalar } from '../ir/scalar.ts'
import type { BinAuto } from './bin-auto.ts'
import type { Flow } from './flow.ts'

export interface LoweringOptions {
  readonly tables: ReadonlyMap<string, StoredTable>
  /** Ticks of `now()`. */
  readonly now: bigint
  /** Saved functions of which only the result's columns are known; a table registered under the name serves instead. */
  readonly isBodyless: (name: string) => boolean
  /** Saved functions to which a column of the table that they are invoked on means its name. */
  readonly takesColumns: (name: string) => boolean
  /** What `externaldata` asked for and has been read, by its key. */
  readonly external: ReadonlyMap<string, StoredTable>
  /** Values of the run's variables that have one. */
  readonly variables: RunVariables
  readonly binAuto: BinAuto
  /** Values of constant expressions that have been asked for, by their key (constants.ts). */
  readonly constants: Map<string, LiteralValue>
  /** Columns of which nothing tells the type or the value, as who makes them names them; found while lowering. */
  readonly undecided: Set<string>
  /** Where an offset of the text lies in the text as it was given, before columns of the data were written into it. */
  readonly originalOffset: (offset: number) => number
}

/** What one lowering of a query shares: ids, tables, the clock, how deep functions call each other. */
export class Lowering {
  readonly tables: ReadonlyMap<string, StoredTable>
  readonly now: bigint
  readonly isBodyless: (name: string) => boolean
  readonly takesColumns: (name: string) => boolean
  readonly external: ReadonlyMap<string, StoredTable>
  readonly binAuto: BinAuto
  readonly constants: Map<string, LiteralValue>
  readonly undecided: Set<string>
  readonly originalOffset: (offset: number) => number
  /** Whether any call makes a sketch, whose way through the query is then looked at. */
  hasSketches = false
  /** Names of the tables that were scanned, in order of appearance. */
  readonly scanned = new Set<string>()
  readonly #root: BoundNode
  #lastId = 0
  #depth = 0
  #callCount = 0
  /** Functions with parameters that are being called, the outermost first. */
  #calls: readonly string[] = []

  constructor(options: LoweringOptions, root: BoundNode) {
    this.#root = root
    this.tables = options.tables
    this.now = options.now
    this.isBodyless = options.isBodyless
    this.takesColumns = options.takesColumns
    this.external = options.external
    this.binAuto = options.binAuto
    this.constants = options.constants
    this.undecided = options.undecided
    this.originalOffset = options.originalOffset
  }

  column(name: string, type: KustoType): ColumnDef {
    this.#lastId++
    return { id: this.#lastId, name, type }
  }

  /** Inside a function whose result may differ from call to call: it has parameters, and another call. */
  get differsByCall(): boolean {
    return this.#calls.some((name) => references(this.#root, name) > 1)
  }

  /**
   * Guards against texts made to exhaust the stack, or DuckDB's planner, which nothing ends: the tree itself is bounded by the parser, calls
   * are not. Fourteen functions that each call the one before twice are 16,384 calls, and minutes of planning.
   */
  nested<T>(span: TextSpan, call: { readonly name: string; readonly parameters: number }, work: () => T): T {
    if (this.#depth >= 64) throw unsupported('functions that call each other more than 64 levels deep', span)
    if (++this.#callCount > MOST_CALLS) throw tooManyCalls(span)
    const outer = this.#calls
    this.#depth++
    if (call.parameters > 0) this.#calls = [...outer, call.name]
    try {
      return work()
    } finally {
      this.#depth--
      this.#calls = outer
    }
  }
}

/** The given published rules that compile without saved parsers make six calls at most. */
const MOST_CALLS = 1_000

function tooManyCalls(position: TextSpan): KqlError {
  return new KqlError({
    code: 'kql/too-complex',
    message: `functions of this query are called more than ${MOST_CALLS.toLocaleString('en-US')} times, counting calls inside of calls`,
    hint: 'give what several functions share a name with let, and have fewer functions that call others more than once',
    position,
  })
}

/** How often the text names something; a column of the name counts too, which errs on the safe side. */
function references(node: BoundNode, name: string): number {
  return allOf(node, ({ kind, symbol }) => kind === 'NameReference' && symbol?.name === name).length
}

/** The binder's scalar type of an expression, undefined where it has none. */
export function boundType(node: BoundNode): KustoType | undefined {
  return node.type?.kind === 'scalar' ? node.type.type : undefined
}

export function isLiteral(scalar: Scalar): scalar is Extract<Scalar, { kind: 'literal' }> {
  return scalar.kind === 'literal'
}

export function literalOf(scalar: Scalar): LiteralValue | undefined {
  return scalar.kind === 'literal' ? scalar.value : undefined
}

/** Operators that need more than their input's columns to lower an expression. */
export interface RowScope {
  readonly columns: readonly ColumnDef[]
  /** Columns of the row that a function is called for, which its parameters alone reach. */
  readonly outer?: readonly ColumnDef[]
  /** What the columns come from; its hidden columns serve `ingestion_time()`. */
  readonly relation?: Relation
  /** `$left` and `$right` in join conditions. */
  readonly sides?: { readonly left: readonly ColumnDef[]; readonly right: readonly ColumnDef[] }
  /** What `s.` stands for: columns of a step's last match in `scan`, properties of a node or an edge in `graph-match`. */
  readonly records?: ReadonlyMap<string, readonly ColumnDef[]>
  /** What some expressions stand for, because the operator has computed them: `map(e, x)` in `graph-match`. */
  readonly values?: ReadonlyMap<BoundNode, Scalar>
  /** A column hides a `let` of its name, also where the binder, which did not see the column, took the `let`. */
  readonly hidesVariables?: boolean
  /** Inside `summarize`: aggregate functions are allowed. */
  readonly aggregates?: boolean
  readonly order: Flow['order']
}
