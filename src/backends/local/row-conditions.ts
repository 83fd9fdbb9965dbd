import type { Column } from '../../domain/kusto.ts'
import { HuntError } from '../../domain/errors.ts'
import { loadedAnswer } from '../../domain/loaded-answer.ts'
import type { WorkGuard } from '../../domain/ports.ts'
import type { ConditionAnswer, ConditionQuestion, RowConditions } from '../../domain/row-conditions.ts'
import type { Clock } from '../../domain/time.ts'
import { CONDITION_ROWS, conditionsQuery, examineCondition } from '../../kql/index.ts'
import { minutes } from '../../time/duration.ts'
import { createMemoryBackend } from './local-backend.ts'
import type { LocalBackend } from './local-backend.ts'
import type { TemporaryOwner } from './temporary-folder.ts'

export interface RowConditionsOptions {
  readonly clock: Clock
  readonly guard?: WorkGuard | undefined
  readonly owner?: TemporaryOwner | undefined
  /** DuckDB's notation, `2GB`. */
  readonly memoryLimit?: string
}

/** As long as the longest query may take. */
const TIMEOUT = minutes(10)

/** Conditions asked of the embedded engine, with the rows as a table of their own that nothing else sees. */
export function createRowConditions(options: RowConditionsOptions): RowConditions {
  return {
    examine: (condition, columns) => examineCondition(condition, columns, options.guard),
    async ask(question, signal) {
      const { conditions, columns } = question
      if (conditions.length === 0) return []
      const faults = await Promise.all(
        conditions.map(async (each) => (await examineCondition(each, columns, options.guard)).fault),
      )
      const sound = conditions.filter((_, index) => faults[index] === undefined)
      const answers = sound.length === 0 ? [] : await askSound(sound, question, options, signal)
      let next = 0
      return faults.map((fault): ConditionAnswer => {
        if (fault === undefined) return answers[next++] ?? { kind: 'failed', message: 'no answer' }
        const message = fault.message.replace(/\.$/, '')
        return { kind: 'failed', message: fault.hint === undefined ? message : `${message}; ${fault.hint}` }
      })
    },
  }
}

/** All in one query; one by one only when that fails, to find the one that does. */
async function askSound(
  conditions: readonly string[],
  question: ConditionQuestion,
  options: RowConditionsOptions,
  signal: AbortSignal,
): Promise<readonly ConditionAnswer[]> {
  const position = freeName(question.columns)
  const backend = openRows(question, position, options)
  const ask = (asked: readonly string[]) => askBackend(backend, asked, { question, position, signal })
  try {
    try {
      return await ask(conditions)
    } catch (error) {
      if (conditions.length === 1) return [failed(error, signal)]
      const answers: ConditionAnswer[] = []
      for (const condition of conditions) {
        const [answer] = await ask([condition]).catch((reason: unknown) => [failed(reason, signal)])
        answers.push(answer ?? { kind: 'failed', message: 'no answer' })
      }
      return answers
    }
  } finally {
    await backend.close()
  }
}

function failed(error: unknown, signal: AbortSignal): ConditionAnswer {
  signal.throwIfAborted()
  if (!(error instanceof HuntError)) throw error
  return { kind: 'failed', message: error.message }
}

interface Asked {
  readonly question: ConditionQuestion
  readonly position: string
  readonly signal: AbortSignal
}

async function askBackend(
  backend: LocalBackend,
  conditions: readonly string[],
  { question, position, signal }: Asked,
): Promise<readonly ConditionAnswer[]> {
  const query = conditionsQuery(conditions, position)
  const request = { query, window: undefined, now: question.now, workspace: 'local', timeout: TIMEOUT }
  const { table } = loadedAnswer(await backend.query(request, signal))
  return conditions.map((_, index) => ({ kind: 'answered', met: table.rows.map((row) => row[index + 1] === true) }))
}

function openRows(
  { columns, rows }: ConditionQuestion,
  position: string,
  { clock, guard, owner, memoryLimit }: RowConditionsOptions,
): LocalBackend {
  const numbered: readonly Column[] = [...columns, { name: position, type: 'long' }]
  const objects = rows.map((row, index) =>
    Object.fromEntries([
      ...columns.map(({ name }, at) => [name, row[at] ?? null] as const),
      [position, index] as const,
    ]),
  )
  return createMemoryBackend({
    tables: new Map([[CONDITION_ROWS, objects]]),
    schema: {
      tables: new Map([[CONDITION_ROWS, { name: CONDITION_ROWS, columns: numbered }]]),
      functions: new Map(),
    },
    clock,
    guard,
    owner,
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  })
}

/** A name that no column of the result has. */
function freeName(columns: readonly Column[]): string {
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()))
  let name = 'RowPosition'
  while (taken.has(name.toLowerCase())) name += '_'
  return name
}
