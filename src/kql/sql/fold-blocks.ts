import { STORAGE_TYPE } from '../duckdb/storage.ts'
import type { KustoType } from '../../domain/kusto.ts'
import { allNatives } from '../functions/index.ts'
import type { NativeFunction } from '../functions/entry.ts'
import { columnsOf, type ColumnDef, type Fold } from '../ir/relation.ts'
import { someInner } from '../ir/rewrite.ts'
import type { ColumnId, Scalar } from '../ir/scalar.ts'
import { and, call, cast, column, infix, list, long, text } from './build.ts'
import { CELL_TYPES, type CellType } from './evaluate-operations.ts'
import { CARRIERS, carrierOf, foldWalk, programText, type Carrier, type FoldProgram, type ProgramColumn } from './fold-program.ts' // prettier-ignore
import { rowsOfFold } from './fold-rows.ts'
import type { SqlExpr, SqlFrom, SqlOutput, SqlQuery, SqlSelect } from './nodes.ts'
import type { Translation } from './translate.ts'

export const FOLD = 'kql_fold'

/** Of what it gives: see `Walked`. */
export const FOLD_MEMBERS = [
  ...['state_longs', 'state_reals', 'state_texts'],
  ...['places', 'outputs', 'longs', 'reals', 'texts'],
] as const

/**
 * Rows of a block. Each recursion copies all blocks, so a million rows took 11 s in blocks of 2,048. A walk can be interrupted
 * between two blocks, some 40 ms each.
 */
const BLOCK = 16_384

/** Below the ids that passes give, which count down, too: the number of a run, by which a window function restarts, is among the rows. */
const FIRST_ID = -4_000_000

const LIST_TYPE: Readonly<Record<Carrier, string>> = { longs: 'BIGINT[]', reals: 'DOUBLE[]', texts: 'VARCHAR[]' }

let natives: ReadonlyMap<string, NativeFunction> | undefined
const nativeOf = (name: string): NativeFunction | undefined =>
  (natives ??= new Map(allNatives().map((native) => [native.name, native]))).get(name)

/** What the stages need of a row, which DuckDB computes before the walk. */
interface Read extends ColumnDef {
  readonly value: Scalar
  /** It stands where the states decide whether it is evaluated at all: beforehand it is for each row. */
  readonly isGuarded: boolean
}

/**
 * A recursion from block to block: for each block a call of JavaScript (fold-program.ts) takes the states through its rows.
 * Undefined where an expression that depends on the states is one that only DuckDB can evaluate.
 */
export function foldByBlocks(fold: Fold, translation: Translation): SqlQuery | undefined {
  const cellTypes = [...fold.states, ...fold.stages.flat(), ...fold.columns].map(({ type }) => cellTypeOf(type))
  if (cellTypes.includes(undefined)) return undefined
  const { reads, stages } = readsOf(fold, translation)
  if (reads.some(({ type }) => cellTypeOf(type) === undefined)) return undefined
  if (reads.some((read) => read.isGuarded && mayRaise(read.value, fold, translation))) return undefined
  const program = programFor(fold, reads, stages, translation)
  if (foldWalk(program, nativeOf) === undefined) return undefined
  const names = new Names(translation)
  translation.addCte({ name: names.rows, query: rowsOfFold(fold, names.begin, translation), isMaterialized: true })
  translation.addCte({ name: names.blocks, query: blocksSql(fold, reads, names, translation), isMaterialized: true })
  const initial = fold.states.map(({ value }) => translation.scalar(value))
  const begin = beginSql(
    fold.states.map(({ type }, index) => ({ type, value: initial[index] ?? long(0) })),
    names,
  )
  const walk: SqlQuery = { kind: 'union-all', queries: [begin, stepSql(program, names, translation)] }
  translation.addCte({ name: names.walk, query: walk, isMaterialized: false, isRecursive: true })
  translation.addCte({ name: names.given, query: givenSql(fold, names, translation), isMaterialized: true })
  return resultSql(fold, names, translation)
}

/** Undefined for guids and decimals. */
const cellTypeOf = (type: KustoType): CellType | undefined => CELL_TYPES.find((each) => each === STORAGE_TYPE[type])

class Names {
  readonly rows: string
  readonly blocks: string
  readonly walk: string
  readonly given: string
  /** Of a row, and of a block, the number of the first row of its part; the parts walk at the same time. */
  readonly begin: string
  /** Of a block, and of a step the one that it has seen: 0, 1, 2 … in its part. */
  readonly block: string
  readonly count: string
  readonly part: string
  readonly at: string

  constructor(translation: Translation) {
    const fresh = (prefix: string): string => translation.freshName(prefix)
    this.rows = fresh('rows')
    this.blocks = fresh('blocks')
    this.walk = fresh('walk')
    this.given = fresh('given')
    this.begin = fresh('begin')
    this.block = fresh('block')
    this.count = fresh('count')
    this.part = fresh('part')
    this.at = fresh('at')
  }
}

/** The largest expressions of the stages that depend on the row alone, and the stages with them as columns. */
function readsOf(
  fold: Fold,
  translation: Translation,
): { readonly reads: readonly Read[]; readonly stages: Fold['stages'] } {
  const dependent = new Set<ColumnId>([...fold.states, ...fold.stages.flat()].map(({ id }) => id))
  const reads: Read[] = []
  const ofColumns = new Map<ColumnId, Read>()
  const read = (value: Scalar, isGuarded: boolean): Read => {
    const known = value.kind === 'column' ? ofColumns.get(value.id) : undefined
    if (known !== undefined) return known
    const made = {
      id: FIRST_ID - reads.length,
      name: translation.freshName('read'),
      type: value.type,
      value,
      isGuarded,
    }
    reads.push(made)
    if (value.kind === 'column') ofColumns.set(value.id, made)
    return made
  }
  const lift = (scalar: Scalar, isGuarded = false): Scalar => {
    if (scalar.kind === 'literal' || (scalar.kind === 'column' && dependent.has(scalar.id))) return scalar
    if (!someInner(scalar, (inner) => inner.kind === 'column' && dependent.has(inner.id))) {
      const { id, name, type } = read(scalar, isGuarded)
      return { kind: 'column', id, name, type, span: scalar.span }
    }
    if (scalar.kind !== 'call') return scalar
    const isLazy = LAZY.has(scalar.name)
    return { ...scalar, args: scalar.args.map((argument, index) => lift(argument, isGuarded || (isLazy && index > 0))) }
  }
  const stages = fold.stages.map((stage) => stage.map((made) => ({ ...made, value: lift(made.value) })))
  return { reads, stages }
}

/** Calls of which the first argument may be the only one that is evaluated. */
const LAZY = new Set(['iff', 'iif', 'case', 'coalesce', 'and', 'or'])

/** Whether the query may end at a row of which the value is asked for. */
function mayRaise(value: Scalar, { input }: Fold, translation: Translation): boolean {
  for (const definition of columnsOf(input)) translation.define(definition, long(0))
  return raises(translation.scalar(value))
}

function raises(part: object): boolean {
  if ('name' in part && 'kind' in part && part.kind === 'call' && part.name === 'error') return true
  return Object.values(part).some((inner) => typeof inner === 'object' && inner !== null && raises(inner as object))
}

function programFor(fold: Fold, reads: readonly Read[], stages: Fold['stages'], translation: Translation): FoldProgram {
  const named = (definition: ColumnDef): ProgramColumn => {
    // Only so that it has a name, by which the stages' SQL calls it.
    const { alias } = translation.define(definition, long(0))
    return { name: alias, type: cellTypeOf(definition.type) ?? 'VARCHAR' }
  }
  const readNames = reads.map(named)
  const states = fold.states.map(named)
  const program = stages.map((stage) => {
    const values = stage.map(({ value }) => translation.scalar(value))
    return stage.map((made, index) => ({ made: named(made), value: values[index] ?? long(0) }))
  })
  const nameOf = ({ id }: ColumnDef): string => translation.alias(id)
  return {
    reads: readNames,
    states,
    stages: program,
    after: fold.after.map(nameOf),
    outputs: fold.outputs.map(({ when, values }) => ({ when: nameOf(when), values: values.map(nameOf) })),
  }
}

interface TypedSql {
  readonly type: KustoType
  readonly value: SqlExpr
}

/** Those that the carrier takes, as it takes them. */
function carried(values: readonly TypedSql[], carrier: Carrier): SqlExpr[] {
  return values.flatMap(({ type, value }) => {
    const cell = cellTypeOf(type) ?? 'VARCHAR'
    if (carrierOf(cell) !== carrier) return []
    return [cell === 'BOOLEAN' || cell === 'INTEGER' ? cast(value, 'BIGINT') : value]
  })
}

const listOf = (values: readonly SqlExpr[], carrier: Carrier): SqlExpr => cast(list(...values), LIST_TYPE[carrier])

function blocksSql({ row }: Fold, reads: readonly Read[], names: Names, translation: Translation): SqlSelect {
  const values = reads.map(({ value }) => translation.scalar(value))
  const computed: SqlSelect = {
    kind: 'select',
    star: true,
    outputs: reads.map((read, index) => translation.define(read, values[index] ?? long(0))),
    from: translation.fromNamed(names.rows),
    where: [],
  }
  const cells = reads.map(({ id, type }): TypedSql => ({ type, value: column(translation.alias(id)) }))
  const number = column(translation.alias(row.id))
  const block = infix(infix(number, '-', column(names.begin)), '//', long(BLOCK))
  const items = CARRIERS.map((carrier): SqlOutput => {
    const values = carried(cells, carrier)
    const all: SqlExpr = {
      kind: 'call',
      name: 'list',
      args: [list(...values)],
      orderBy: [{ value: number, descending: false, nullsFirst: true }],
    }
    return { value: values.length === 0 ? listOf([], carrier) : call('flatten', all), alias: carrier }
  })
  return {
    kind: 'select',
    star: false,
    outputs: [
      { value: column(names.begin), alias: names.begin },
      { value: block, alias: names.block },
      { value: call('count', { kind: 'star' }), alias: names.count },
      ...items,
    ],
    from: { kind: 'query', query: computed, alias: translation.freshName('t') },
    where: [],
    groupBy: [column(names.begin), block],
  }
}

/** Before the first block of each part. */
function beginSql(states: readonly TypedSql[], names: Names): SqlSelect {
  const nothing = (name: string): SqlOutput => {
    const carrier = CARRIERS.find((each) => each === name) ?? 'longs'
    return { value: listOf([], carrier), alias: name }
  }
  const before = CARRIERS.map((carrier) => ({
    value: listOf(carried(states, carrier), carrier),
    alias: `state_${carrier}`,
  }))
  return {
    kind: 'select',
    star: false,
    outputs: [
      { value: column(names.begin), alias: names.part },
      { value: long(-1), alias: names.at },
      ...before,
      ...FOLD_MEMBERS.slice(CARRIERS.length).map(nothing),
    ],
    from: { kind: 'relation', name: names.blocks, alias: 't' },
    where: [infix(column(names.block), '=', long(0))],
  }
}

function stepSql(program: FoldProgram, names: Names, translation: Translation): SqlSelect {
  const isNext = and(
    infix(column(names.block), '=', infix(column(names.at), '+', long(1))),
    infix(column(names.begin), '=', column(names.part)),
  )
  const [steps, blocks] = [translation.freshName('t'), translation.freshName('t')]
  const from = joined({ name: names.walk, alias: steps }, { name: names.blocks, alias: blocks }, isNext)
  const rows = CARRIERS.map((carrier) => column(carrier, blocks))
  const before = CARRIERS.map((carrier) => column(`state_${carrier}`, steps))
  const walked = call(FOLD, text(programText(program)), column(names.count), ...rows, ...before)
  const kept = [names.part, names.block]
  const inner: SqlSelect = {
    kind: 'select',
    star: false,
    outputs: [...kept.map((name) => ({ value: column(name), alias: name })), { value: walked, alias: 'walked' }],
    from,
    where: [],
  }
  return {
    kind: 'select',
    star: false,
    outputs: [
      { value: column(names.part), alias: names.part },
      { value: column(names.block), alias: names.at },
      ...FOLD_MEMBERS.map((name) => ({ value: call('struct_extract', column('walked'), text(name)), alias: name })),
    ],
    from: { kind: 'query', query: inner, alias: translation.freshName('t') },
    where: [],
  }
}

/** A row for each row that the walk gives: its number, the output, the values. */
function givenSql(fold: Fold, names: Names, translation: Translation): SqlSelect {
  const index = translation.freshName('index')
  const unnested: SqlSelect = {
    kind: 'select',
    star: true,
    outputs: [
      {
        value: call('unnest', call('range', long(1), infix(call('len', column('places')), '+', long(1)))),
        alias: index,
      },
    ],
    from: translation.fromNamed(names.walk),
    where: [],
  }
  const item = (name: string, at: SqlExpr): SqlExpr => call('list_extract', column(name), at)
  const number = infix(
    infix(column(names.part), '+', infix(column(names.at), '*', long(BLOCK))),
    '+',
    item('places', column(index)),
  )
  const types = fold.columns.map(({ type }) => cellTypeOf(type) ?? 'VARCHAR')
  const values = types.map((type, place): SqlOutput => {
    const carrier = carrierOf(type)
    const isSame = (each: CellType): boolean => carrierOf(each) === carrier
    const [width, before] = [types.filter(isSame).length, types.slice(0, place).filter(isSame).length]
    const at = infix(infix(infix(column(index), '-', long(1)), '*', long(width)), '+', long(before + 1))
    const value = item(carrier, at)
    return { value: type === 'BOOLEAN' || type === 'INTEGER' ? cast(value, type) : value, alias: `value${place}` }
  })
  return {
    kind: 'select',
    star: false,
    outputs: [
      { value: number, alias: 'number' },
      { value: item('outputs', column(index)), alias: 'output' },
      ...values,
    ],
    from: { kind: 'query', query: unnested, alias: translation.freshName('t') },
    where: [],
  }
}

/** The rows with what the walk has given them: one may come several times. */
function resultSql(fold: Fold, names: Names, translation: Translation): SqlSelect {
  const [rows, given] = [translation.freshName('t'), translation.freshName('t')]
  const isItsRow = infix(column(translation.alias(fold.row.id)), '=', column('number', given))
  const from = joined({ name: names.rows, alias: rows }, { name: names.given, alias: given }, isItsRow)
  const outputs = fold.columns.map((made, index) => translation.define(made, column(`value${index}`, given)))
  outputs.push(translation.define(fold.position, column('output', given)))
  const own = columnsOf(fold.input).map(({ id }): SqlOutput => ({
    value: column(translation.alias(id)),
    alias: translation.alias(id),
  }))
  return { kind: 'select', star: false, outputs: [...own, ...outputs], from, where: [] }
}

interface Named {
  readonly name: string
  readonly alias: string
}

function joined(left: Named, right: Named, on: SqlExpr): SqlFrom {
  return { kind: 'join', join: 'INNER', left: { kind: 'relation', ...left }, right: { kind: 'relation', ...right }, on }
}
