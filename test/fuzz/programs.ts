/**
 * Queries of several statements: `let` of values, tables and functions that read each other, within and among one another, over which
 * operators follow on operators. Each is made together with what it answers (reference-interpreter.ts).
 */
import type { Engine } from '../../src/kql/index.ts'
import { Choices, minimiseChoices } from './choices.ts'
import { scalarOf } from './program-expressions.ts'
import { extremeRow, top, topNested } from './program-extremes.ts'
import { count, distinct, gather, schema, summarize } from './program-groups.ts'
import { invoke, join, lookup, named, union } from './program-joins.ts'
import { apply, choose, expand, extend, partition, project, where } from './program-operators.ts'
import { inOrder, sort } from './program-order.ts'
import {
  anyValue, literal, remembered, someOf, type Context, type Making, type OperatorMaker, type Query, type Scalar, type Stage,
} from './program-parts.ts' // prettier-ignore
import { parse } from './program-parse.ts'
import { scan } from './program-scan.ts'
import { makeSeries } from './program-series.ts'
import { applyToElements, unfold } from './program-unfolding.ts'
import { NO_SCOPE, type Field, type Row, type Rows, type Scope } from './reference-interpreter.ts'
import { dateTicks, TICKS } from './reference-times.ts'
import { cellOf, NotAsked, TYPES, type Type, type Value } from './reference-values.ts'
import { answerOf, headOf, rowTexts, SLOW, type Failure } from './properties.ts'
import type { Round } from './run.ts'

/** A weight for each; the last is the simplest. */
const OPERATORS: readonly (readonly [number, OperatorMaker])[] = [
  [2, named], [2, partition], [3, invoke], [5, join], [2, lookup], [4, union], [2, apply], [2, applyToElements], [2, expand], [3, unfold], [2, makeSeries], [1, parse], [1, topNested], [2, scan], [1, schema], [1, gather], [2, extremeRow],
  [2, top], [3, inOrder], [2, (query, stage) => sort(query, stage)], [4, summarize], [2, distinct], [1, count], [4, extend], [2, project], [3, choose], [4, where],
] // prettier-ignore
const COLUMNS: readonly Field[] = [
  { name: 'k', type: 'long' },
  { name: 's', type: 'string' },
  { name: 'v', type: 'long' },
  { name: 'b', type: 'bool' },
  { name: 'w', type: 'string' },
  { name: 'i', type: 'int' },
  { name: 'r', type: 'real' },
  { name: 'd', type: 'datetime' },
  { name: 't', type: 'timespan' },
  { name: 'j', type: 'dynamic' },
]
/** The last is the simplest. */
const RANGES: readonly { readonly type: Type; readonly from: bigint | number; readonly step: bigint | number }[] = [
  { type: 'real', from: -0.5, step: 0.75 },
  { type: 'timespan', from: TICKS.hour, step: -TICKS.hour },
  { type: 'datetime', from: dateTicks(2020, 1, 1), step: TICKS.hour * 36n },
  { type: 'long', from: 3n, step: -2n },
  { type: 'long', from: 1n, step: 1n },
]
/** Longer ones take a second to bind and say no more. */
const LONGEST = 4_000

export interface Program {
  readonly text: string
  readonly query: Query
}

class Programs implements Making {
  readonly random: Choices
  #names = 0

  constructor(random: Choices) {
    this.random = random
  }

  /** With a line, behind which joins put no numbers. */
  /** None of those that a join gives to columns of the same name. */
  readonly fresh = (prefix: string): string => `${prefix}_${this.#names++}`

  readonly scalar = (fields: readonly Field[], type: Type, context: Context, depth = 2): Scalar =>
    scalarOf(this, { fields, context, depth }, type)

  readonly query = (context: Context, depth: number): Query => {
    const { random } = this
    const query = random.part(() => this.#source(context))
    return this.operators(query, { making: this, context, depth }, depth > 1 ? 0.7 : 0.55)
  }

  readonly operator = (query: Query, stage: Stage): Query => {
    const isOfOrder = query.isOrdered && this.random.chance(0.4)
    const make = isOfOrder ? this.random.pick([scan, unfold, expand, apply, summarize, inOrder]) : this.#weighted()
    return make(query, stage) ?? query
  }

  readonly operators = (query: Query, stage: Stage, more: number): Query => {
    let longer = query
    this.random.several(more, () => {
      longer = this.operator(longer, stage)
    })
    return longer
  }

  #weighted(): OperatorMaker {
    let left = this.random.next() * OPERATORS.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, make] of OPERATORS) {
      left -= weight
      if (left < 0) return make
    }
    return where
  }

  #source(context: Context): Query {
    const { random } = this
    const { tables } = context
    if (tables.length > 0 && !random.chance(0.25)) return random.pick(tables)
    if (random.chance(0.3)) return this.#range()
    if (random.chance(0.3)) {
      const cells = Array.from({ length: 1 + random.integer(3) }, () => ({
        name: this.fresh('p'),
        value: this.scalar([], random.pick(TYPES), context, 1),
      }))
      return {
        text: `print ${cells.map(({ name, value }) => `${name} = ${value.text}`).join(', ')}`,
        fields: cells.map(({ name, value: { type } }) => ({ name, type })),
        rows: remembered((scope) => [cells.map(({ value }) => value.of([], scope))]),
        isOrdered: false,
      }
    }
    return this.table()
  }

  #range(): Query {
    const name = this.fresh('r')
    const { type, from, step } = this.random.pick(RANGES)
    const length = 1 + this.random.integer(4)
    const at = (index: number): Value => (typeof from === 'bigint' ? from + BigInt(index) * BigInt(step) : from + index * Number(step)) // prettier-ignore
    const rows: Rows = Array.from({ length }, (_, index) => [at(index)])
    const given = (value: Value, as: Type): string => (as === 'real' ? Number(value).toFixed(2) : literal(value, as))
    const ends = `from ${given(from, type)} to ${given(at(length - 1), type)} step ${given(step, type === 'datetime' ? 'timespan' : type)}`
    return { text: `range ${name} ${ends}`, fields: [{ name, type }], rows: () => rows, isOrdered: false }
  }

  table(): Query {
    const { random } = this
    const some = someOf(random, COLUMNS, 0.45)
    const inOrder = some.length > 0 ? some : COLUMNS.slice(0, 1)
    const fields = random.chance(0.3) ? [...inOrder].reverse() : inOrder
    const rows: Value[][] = []
    random.several(0.8, () => {
      // Alike rows, too: what an operator does with them shows nowhere else.
      const isCopy = rows.length > 0 && random.chance(0.2)
      rows.push(isCopy ? random.pick(rows) : fields.map(({ type }) => anyValue(random, type)))
    })
    const cells = rows.map((row) => row.map((value, index) => literal(value, fields[index]?.type ?? 'long')).join(', '))
    return {
      text: `datatable(${typed(fields)})[${cells.join(', ')}]`,
      fields,
      rows: () => rows,
      isOrdered: false,
    }
  }
}

const typed = (fields: readonly Field[]): string => fields.map(({ name, type }) => `${name}:${type}`).join(', ')

interface Statement {
  readonly text: string
  /** With what it names. */
  readonly context: Context
}

type StatementMaker = (programs: Programs, context: Context) => Statement | undefined

const aTable: StatementMaker = (programs, context) => {
  const query = context.tables.length < 2 ? programs.table() : programs.query(context, 2)
  const name = programs.fresh('T')
  return tableNamed(name, query, context, programs.random.chance(0.3))
}

function tableNamed(name: string, query: Query, context: Context, isMaterialized: boolean): Statement {
  // What was kept has lost its order.
  const tables = [
    { ...query, text: name, isOrdered: query.isOrdered && !isMaterialized },
    ...context.tables.filter(({ text }) => text.replace('()', '') !== name),
  ]
  return { text: `let ${name} = ${isMaterialized ? `materialize(${query.text})` : query.text};`, context: { ...context, tables } } // prettier-ignore
}

const aValue: StatementMaker = (programs, context) => {
  const value = programs.scalar([], programs.random.pick(TYPES), context)
  const name = programs.fresh('S')
  const named: Scalar = { ...value, text: name }
  return { text: `let ${name} = ${value.text};`, context: { ...context, values: [...context.values, named] } }
}

/** Perhaps with a parameter that need not be given, and with a name of its own, which may be that of a value outside. */
const aFunction: StatementMaker = (programs, context) => {
  const { random } = programs
  const names = someOf(random, ['k', 's', 'v', 'x'], 0.4)
  const parameters = names.map((name): Field => ({ name, type: random.pick(TYPES) }))
  const last = parameters.at(-1)
  const defaults =
    last !== undefined && last.type !== 'dynamic' && random.chance(0.3) ? [anyValue(random, last.type)] : []
  const type = random.pick(TYPES)
  const local = random.part(() => {
    if (!random.chance(0.4)) return undefined
    const outside = context.values.find(({ text }) => text.startsWith('S'))?.text
    const name = outside !== undefined && random.chance(0.4) ? outside : programs.fresh('l')
    return { name, value: programs.scalar(parameters, random.pick(TYPES), context, 1) }
  })
  const fields = local === undefined ? parameters : [...parameters, { name: local.name, type: local.value.type }]
  const within = { ...context, values: context.values.filter(({ text }) => text !== local?.name) }
  const value = programs.scalar(fields, type, within)
  const name = programs.fresh('F')
  const made = {
    name,
    parameters: parameters.map((each) => each.type),
    defaults,
    type,
    of: (values: Row, scope: Scope): Value =>
      value.of(local === undefined ? values : [...values, local.value.of(values, scope)], scope),
  }
  const given = parameters.map((each, index) => {
    const rest = defaults[index - (parameters.length - defaults.length)]
    return rest === undefined ? typed([each]) : `${typed([each])} = ${literal(rest, each.type)}`
  })
  const statement = local === undefined ? '' : `let ${local.name} = ${local.value.text}; `
  return { text: `let ${name} = (${given.join(', ')}) { ${statement}${value.text} };`, context: { ...context, functions: [...context.functions, made] } } // prettier-ignore
}

/** Takes rows, and perhaps a value. */
const aTableFunction: StatementMaker = (programs, context) => {
  const { random } = programs
  if (context.tables.length === 0) return undefined
  const takes = someOf(random, random.pick(context.tables).fields, 0.6)
  if (takes.length === 0) return undefined
  const own = programs.fresh('Q')
  const parameters = Array.from({ length: random.integer(2) }, (): Field => ({ name: programs.fresh('y'), type: random.pick(TYPES) })) // prettier-ignore
  const values = parameters.map((parameter): Scalar => ({
    text: parameter.name,
    type: parameter.type,
    of: (_, scope) => scope.values.get(parameter.name) ?? null,
  }))
  const rows: Query = { text: own, fields: takes, rows: (scope) => scope.rows.get(own) ?? [], isOrdered: false }
  const stage = { making: programs, context: { ...context, values: [...context.values, ...values] }, depth: 1 }
  const body = programs.operators(rows, stage, 0.7)
  const name = programs.fresh('G')
  const made = {
    name,
    takes,
    parameters: parameters.map(({ type }) => type),
    fields: body.fields,
    of: (given: Rows, arguments_: readonly Value[]): Rows =>
      body.rows({
        rows: new Map([[own, given]]),
        values: new Map(parameters.map((parameter, index) => [parameter.name, arguments_[index] ?? null])),
      }),
  }
  const signature = [`${own}:(${typed(takes)})`, ...(parameters.length > 0 ? [typed(parameters)] : [])].join(', ')
  return { text: `let ${name} = (${signature}) { ${body.text} };`, context: { ...context, tableFunctions: [...context.tableFunctions, made] } } // prettier-ignore
}

/** A table behind a function, with names of its own, one of which may be that of a table outside. */
const aView: StatementMaker = (programs, context) => {
  const { random } = programs
  const statements: string[] = []
  let within = context
  const add = ({ text, context: after }: Statement): void => {
    statements.push(text)
    within = after
  }
  if (random.chance(0.5)) {
    random.part(() => {
      const query = programs.query(context, 1)
      const outside = context.tables.find(({ text }) => /^\w+$/.test(text))?.text
      add(tableNamed(outside !== undefined && random.chance(0.4) ? outside : programs.fresh('L'), query, within, random.chance(0.3))) // prettier-ignore
    })
  }
  if (random.chance(0.5)) random.part(() => add(aValue(programs, within) ?? { text: '', context: within }))
  const query = programs.query(within, 1)
  const name = programs.fresh('H')
  const called = { ...query, text: random.chance(0.5) ? `${name}()` : name }
  const isView = random.chance(0.2)
  return { text: `let ${name} = ${isView ? 'view ' : ''}() { ${[...statements, query.text].join(' ')} };`, context: { ...context, tables: [...context.tables, called] } } // prettier-ignore
}

const STATEMENTS: readonly StatementMaker[] = [aView, aView, aTableFunction, aFunction, aValue, aTable]

/** Over tables that the engine has, and those of its own. */
export function makeProgram(random: Choices, tables: readonly Query[] = []): Program {
  const programs = new Programs(random)
  let context: Context = { tables, values: [], functions: [], tableFunctions: [], depth: 0 }
  const texts: string[] = []
  random.several(0.75, () => {
    const make = context.tables.length < 2 ? aTable : random.pick(STATEMENTS)
    const statement = make(programs, context)
    if (statement === undefined) return
    texts.push(statement.text)
    context = statement.context
  })
  const query = programs.query(context, 2)
  return { text: [...texts, query.text].join('\n'), query }
}

interface Expected extends Program {
  readonly rows: readonly string[]
}

/** Undefined where it is too long, comes to too many rows, or to what no page tells. */
function expected(random: Choices, tables: readonly Query[]): Expected | undefined {
  const program = makeProgram(random, tables)
  if (program.text.length > LONGEST) return undefined
  try {
    const { fields, rows } = program.query
    const cells = rows(NO_SCOPE).map((row) => fields.map(({ type }, index) => cellOf(row[index] ?? null, type)))
    return { ...program, rows: rowTexts({ columns: fields, rows: cells }) }
  } catch (error) {
    if (error instanceof NotAsked) return undefined
    throw error
  }
}

export async function programsRound(engine: Engine, seed: number, tables: readonly Query[] = []): Promise<Round> {
  const program = expected(new Choices(seed), tables)
  if (program === undefined) return { isQuery: false, finding: undefined }
  const failure = await programFailure(engine, program)
  if (failure === undefined) return { isQuery: true, finding: undefined }
  const smallest = (await minimiseChoices(seed, (random) => expected(random, tables), async (smaller) => (await programFailure(engine, smaller))?.kind === failure.kind)) ?? program // prettier-ignore
  const finding = { ...((await programFailure(engine, smallest)) ?? failure), seed, query: smallest.text }
  return { isQuery: true, finding }
}

async function programFailure(engine: Engine, { text, query, rows }: Expected): Promise<Failure | undefined> {
  const answer = await answerOf((signal) => engine.query(text, {}, signal))
  if ('failure' in answer) return answer.failure.kind === SLOW ? undefined : answer.failure
  if ('refusal' in answer) return { kind: `program: ${answer.refusal}`, detail: 'is refused' }
  const wanted = headOf({ columns: query.fields, rows: [] })
  if (headOf(answer.table) !== wanted) return { kind: 'program: columns', detail: `${headOf(answer.table)}\n    instead of ${wanted}` } // prettier-ignore
  const ordered = (texts: readonly string[]): string => (query.isOrdered ? texts : [...texts].sort()).join('\n    ')
  const [given, due] = [ordered(rowTexts(answer.table)), ordered(rows)]
  return given === due ? undefined : { kind: 'program: rows', detail: `${given.slice(0, 400)}\n    instead of\n    ${due.slice(0, 400)}` } // prettier-ignore
}
