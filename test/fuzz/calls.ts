/** One function or operator over rows of literals: what a row gives as constants, alone and among the others must be the same. */
import type { ResultTable } from '../../src/domain/kusto.ts'
import { analyze, type Engine } from '../../src/kql/index.ts'
import { EMPTY_SCHEMA } from '../support/kql.ts'
import type { Catalogue } from './catalogue.ts'
import { Expressions, type Application } from './expressions.ts'
import { answerOf, rowTexts, SLOW, type Answer, type Failure } from './properties.ts'
import type { Random } from './random.ts'
import type { Round } from './run.ts'
import { LITERALS } from './values.ts'

const ROWS = 24
/** Of a table that is refused for the sake of some row. */
const ROWS_ALONE = 5
/** Of each row, so that DuckDB takes the rows in several lots (of 2048). */
const COPIES = 90
/** Share of the rounds that ask for so many. */
const MANY = 0.05
const MOST_ATTEMPTS = 12
/** Milliseconds. A range from the least int to the greatest has a million elements, in each row; whether that is slow is not asked here. */
const TIME_LIMIT = 2_000

type Row = readonly string[]

interface Form {
  readonly text: string
  /** Value and type of each row. */
  readonly values: (table: ResultTable) => string[]
}

export async function callsRound(engine: Engine, random: Random, catalogue: Catalogue, seed: number): Promise<Round> {
  const expressions = new Expressions(random, catalogue)
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const application = random.chance(0.3) ? expressions.operation() : expressions.application()
    const free = application.operands.flatMap(({ type }, index) => (type === undefined ? [] : [index]))
    if (free.length === 0) continue
    const constant = new Set(free.filter(() => random.chance(0.4)))
    const rows = Array.from({ length: ROWS }, (): Row =>
      application.operands.map(({ literal, type }, index) =>
        type === undefined || constant.has(index) ? literal : random.pick(LITERALS[type]),
      ),
    )
    if (!(await binds(formsOf(application, rows, constant)[0].text))) continue
    const broken = await callsFailure(engine, application, rows, constant, random.chance(MANY))
    return { isQuery: true, finding: broken && { ...broken, seed } }
  }
  return { isQuery: false, finding: undefined }
}

/** Over columns, over columns and constants, over constants alone. */
function formsOf(
  application: Application,
  rows: readonly Row[],
  constant: ReadonlySet<number>,
): readonly [Form, Form, Form, Form] {
  const { operands, over } = application
  const columns = operands.flatMap(({ type }, index) => (type === undefined ? [] : [`a${index}: ${type}`]))
  const cells = rows.map((row, at) => [at, ...row.filter((_, index) => operands[index]?.type !== undefined)].join(', '))
  const table = `datatable(row: long, ${columns.join(', ')})[\n  ${cells.join(',\n  ')}]`
  const overTable = (isConstant: (index: number) => boolean): Form => ({
    text: `${table}\n| project row, x = ${over(operands.map(({ literal, type }, index) => (type === undefined || isConstant(index) ? literal : `a${index}`)))}\n| sort by row asc\n| project x`, // prettier-ignore
    values: (answer) => rowTexts(answer).map((text) => `${answer.columns[0]?.type} ${text}`),
  })
  const alone: Form = {
    text: `print\n  ${rows.map((row, at) => `x${at} = ${over(row)}`).join(',\n  ')}`,
    values: ({ columns: all, rows: [cells = []] }) =>
      all.map((column, at) => `${column.type} ${rowTexts({ columns: [column], rows: [[cells[at] ?? null]] }).join()}`),
  }
  const many: Form = {
    text: `${table}\n| mv-expand copy = range(1, ${COPIES})\n| project row, x = ${over(operands.map(({ literal, type }, index) => (type === undefined ? literal : `a${index}`)))}\n| sort by row asc\n| project x`, // prettier-ignore
    values: (answer) => {
      const texts = rowTexts(answer).map((text) => `${answer.columns[0]?.type} ${text}`)
      return rows.map((_, at) => [...new Set(texts.slice(at * COPIES, (at + 1) * COPIES))].join(' and '))
    },
  }
  return [overTable(() => false), overTable((index) => constant.has(index)), alone, many]
}

export async function callsFailure(
  engine: Engine,
  application: Application,
  rows: readonly Row[],
  constant: ReadonlySet<number>,
  isMany = false,
): Promise<(Failure & { readonly query: string }) | undefined> {
  const forms = formsOf(application, rows, constant)
  const answers: Answer[] = []
  for (const { text } of isMany && rows.length > 1 ? forms : forms.slice(0, 3)) {
    const answer = await answerOf((signal) => engine.query(text, {}, signal), TIME_LIMIT)
    if ('failure' in answer && answer.failure.kind === SLOW) return undefined
    answers.push(answer)
  }
  for (const [index, answer] of answers.entries()) {
    if ('failure' in answer && rows.length === 1) return { ...answer.failure, query: forms[index]?.text ?? '' }
  }
  const values = forms.map(({ values: of }, index) => {
    const answer = answers[index]
    return answer !== undefined && 'table' in answer ? of(answer.table) : undefined
  })
  const [first, ...others] = values.filter((each) => each !== undefined)
  const differing = rows.findIndex((_, row) => others.some((other) => other[row] !== first?.[row]))
  const isDifferent = first !== undefined && differing >= 0
  if (rows.length > 1) {
    const isAnswered = values.every((each) => each !== undefined)
    const suspects = isDifferent ? rows.slice(differing, differing + 1) : isAnswered ? [] : rows.slice(0, ROWS_ALONE)
    for (const row of suspects) {
      const broken = await callsFailure(engine, application, [row], constant)
      if (broken !== undefined) return broken
    }
  }
  if (!isDifferent) return undefined
  return {
    kind: `constant: ${application.name}`,
    detail: values.map((each) => each?.[differing] ?? 'refused').join('\n    '),
    query: forms.map(({ text }) => text).join('\n// and\n'),
  }
}

async function binds(text: string): Promise<boolean> {
  const { diagnostics } = await analyze(text, EMPTY_SCHEMA)
  return !diagnostics.some(({ severity }) => severity === 'error')
}
