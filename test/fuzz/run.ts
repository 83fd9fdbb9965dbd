/** One round: a query of its own seed, its properties, and the smallest query that breaks the same one. */
import type { Column } from '../../src/domain/kusto.ts'
import { analyze, type Engine } from '../../src/kql/index.ts'
import type { WorkspaceSchema } from '../../src/domain/schema.ts'
import type { Catalogue } from './catalogue.ts'
import { Expressions } from './expressions.ts'
import { minimise } from './minimise.ts'
import { Operators, textOf, type Pipeline } from './pipelines.ts'
import { constantFailure, fails, nameFailure, partitionFailure, type Failure } from './properties.ts'
import { Random } from './random.ts'
import { COLUMNS, TABLES } from './values.ts'

export interface Finding extends Failure {
  readonly seed: number
  readonly query: string
}

export const SCHEMA: WorkspaceSchema = {
  tables: new Map(Object.keys(TABLES).map((name) => [name, { name, columns: COLUMNS }])),
  functions: new Map(),
}

const MOST_OPERATORS = 4
const MOST_ATTEMPTS = 12

export interface Round {
  readonly finding: Finding | undefined
  /** False where the binder refused every attempt. */
  readonly isQuery: boolean
}

export async function fuzzRound(engine: Engine, catalogue: Catalogue, seed: number): Promise<Round> {
  const random = new Random(seed)
  const expressions = new Expressions(random, catalogue)
  const operators = new Operators(random, expressions)
  if (random.chance(0.25)) return constantRound(engine, random, catalogue, seed)
  const { pipeline, columns } = await generate(random, operators)
  const text = textOf(pipeline)
  const failure = await fails(engine, text)
  if (failure !== undefined) return { isQuery: true, finding: await minimal(failure, pipeline, seed, (query) => fails(engine, query)) } // prettier-ignore
  const condition = operators.condition(columns)
  const checks = [
    (query: string) => partitionFailure(engine, query, condition),
    (query: string) => nameFailure(engine, query),
  ]
  const check = random.pick(checks)
  const broken = await check(text)
  const finding = broken === undefined ? undefined : await minimal(broken, pipeline, seed, check)
  return { isQuery: true, finding }
}

/** Operators one after another, each on what the binder says of those before. */
async function generate(
  random: Random,
  operators: Operators,
): Promise<{ pipeline: Pipeline; columns: readonly Column[] }> {
  // prettier-ignore
  let pipeline: Pipeline = { source: 'T', operators: [] }
  let columns: readonly Column[] = COLUMNS
  const source = { source: operators.source(), operators: [] }
  const bound = await columnsOf(source)
  if (bound !== undefined) [pipeline, columns] = [source, bound]
  const wanted = 1 + random.integer(MOST_OPERATORS)
  for (let attempt = 0; attempt < MOST_ATTEMPTS && pipeline.operators.length < wanted; attempt++) {
    const longer = { ...pipeline, operators: [...pipeline.operators, operators.any(columns)] }
    const found = await columnsOf(longer)
    if (found !== undefined && found.length > 0) [pipeline, columns] = [longer, found]
  }
  return { pipeline, columns }
}

async function columnsOf(pipeline: Pipeline): Promise<readonly Column[] | undefined> {
  const { diagnostics, columns } = await analyze(textOf(pipeline), SCHEMA)
  return diagnostics.some(({ severity }) => severity === 'error') ? undefined : columns
}

async function minimal(
  failure: Failure,
  pipeline: Pipeline,
  seed: number,
  check: (text: string) => Promise<Failure | undefined>,
): Promise<Finding> {
  const query = await minimise(pipeline, async (text) => (await check(text))?.kind === failure.kind)
  return { ...((await check(query)) ?? failure), seed, query }
}

/** One call or operator, over constants and over columns that hold them. */
async function constantRound(engine: Engine, random: Random, catalogue: Catalogue, seed: number): Promise<Round> {
  const expressions = new Expressions(random, catalogue)
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const { operands, over } = random.chance(0.3) ? expressions.operation() : callOf(random, catalogue, expressions)
    const constant = `print x = ${over(operands)}`
    const columns = `print ${operands.map((value, index) => `a${index} = ${value}`).join(', ')} | where rand(2) < 5`
    const column = `${columns}\n| project x = ${over(operands.map((_, index) => `a${index}`))}`
    if (operands.length === 0 || operands.includes('*') || !(await binds(constant)) || !(await binds(column))) continue
    const broken = await constantFailure(engine, constant, column)
    return { isQuery: true, finding: broken === undefined ? undefined : { ...broken, seed, query: constant } }
  }
  return { isQuery: false, finding: undefined }
}

/** Arguments that must be constants stay what they are. */
function callOf(random: Random, catalogue: Catalogue, expressions: Expressions): ReturnType<Expressions['operation']> {
  const signature = random.pick(catalogue.scalars)
  const { name, parameters } = signature
  const operands = expressions.arguments(signature, [], 0)
  const isFixed = (index: number): boolean =>
    parameters[index]?.isConstant === true || (parameters[index]?.choices.length ?? 0) > 0
  return {
    operands,
    over: (values) => `${name}(${operands.map((own, index) => (isFixed(index) ? own : values[index])).join(', ')})`,
  }
}

async function binds(text: string): Promise<boolean> {
  const { diagnostics } = await analyze(text, SCHEMA)
  return !diagnostics.some(({ severity }) => severity === 'error')
}
