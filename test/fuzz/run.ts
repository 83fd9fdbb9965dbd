/** One round: a query of its own seed, its properties, and the smallest query that breaks the same one. */
import type { Column } from '../../src/domain/kusto.ts'
import { analyze, type Engine } from '../../src/kql/index.ts'
import type { WorkspaceSchema } from '../../src/domain/schema.ts'
import { callsRound } from './calls.ts'
import type { Catalogue } from './catalogue.ts'
import { Expressions } from './expressions.ts'
import { minimise } from './minimise.ts'
import { Operators, textOf, type Pipeline } from './pipelines.ts'
import { ask, fails, isSettled, type Failure } from './properties.ts'
import { Random } from './random.ts'
import { makeRelation, relationFailure, type Relation } from './relations.ts'
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
  const roll = random.next()
  if (roll < 0.25) return callsRound(engine, random, catalogue, seed)
  if (roll < 0.75) return relationRound(engine, { random, expressions, operators, seed })
  const { pipeline } = await generate(random, operators)
  const failure = await fails(engine, textOf(pipeline))
  const finding = failure && (await minimal(failure, pipeline, seed, (query) => fails(engine, query)))
  return { isQuery: true, finding }
}

interface Making {
  readonly random: Random
  readonly expressions: Expressions
  readonly operators: Operators
  readonly seed: number
}

/** A query whose rows are settled, and a relation of it that the engine does not refuse. */
export async function relationRound(
  engine: Engine,
  { random, expressions, operators, seed }: Making,
  fault: (query: string, relation: Relation) => Promise<Failure | undefined> = (query, relation) =>
    relationFailure(engine, query, relation),
): Promise<Round> {
  const { pipeline, columns } = await answered(engine, await generate(random, operators, isSettled))
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const relation = makeRelation({ random, expressions, columns })
    if (relation === undefined) continue
    const [first = []] = relation.sides(textOf(pipeline))
    const answer = await ask(engine, first[0] ?? '')
    if ('refusal' in answer) continue
    const check = (query: string) => fault(query, relation)
    const broken = await check(textOf(pipeline))
    const finding = broken === undefined ? undefined : await minimal(broken, pipeline, seed, check)
    return { isQuery: true, finding }
  }
  return { isQuery: false, finding: undefined }
}

/** As much of the query as the engine answers. */
async function answered(engine: Engine, { pipeline, columns }: Generated): Promise<Generated> {
  for (let { operators } = pipeline; operators.length > 0; operators = operators.slice(0, -1)) {
    const shorter = { ...pipeline, operators }
    if ('refusal' in (await ask(engine, textOf(shorter)))) continue
    return { pipeline: shorter, columns: (await columnsOf(shorter)) ?? columns }
  }
  return { pipeline: { source: 'T', operators: [] }, columns: COLUMNS }
}

interface Generated {
  readonly pipeline: Pipeline
  readonly columns: readonly Column[]
}

/** Operators one after another, each on what the binder says of those before. */
async function generate(
  random: Random,
  operators: Operators,
  isWanted: (text: string) => boolean = () => true,
): Promise<Generated> {
  let pipeline: Pipeline = { source: 'T', operators: [] }
  let columns: readonly Column[] = COLUMNS
  const source = { source: operators.source(), operators: [] }
  const bound = await columnsOf(source)
  if (bound !== undefined) [pipeline, columns] = [source, bound]
  const wanted = 1 + random.integer(MOST_OPERATORS)
  for (let attempt = 0; attempt < MOST_ATTEMPTS && pipeline.operators.length < wanted; attempt++) {
    const longer = { ...pipeline, operators: [...pipeline.operators, operators.any(columns)] }
    if (!isWanted(textOf(longer))) continue
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
