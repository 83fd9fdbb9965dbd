/** The passes that only make a query faster, all of them left out, and one alone: the rows must stay the same. */
import { runQuery } from '../../src/kql/duckdb/run-query.ts'
import { instantToTicks } from '../../src/kql/duckdb/storage.ts'
import { compile, type Engine, type QueryOptions } from '../../src/kql/index.ts'
import { SPEED_PASS_NAMES, type SpeedPass } from '../../src/kql/passes/index.ts'
import { tickWindow } from '../../src/kql/passes/time-window.ts'
import type { WorkspaceSchema } from '../../src/domain/schema.ts'
import { instantFromMillis } from '../../src/time/instant.ts'
import { answerOf, headOf, rowTexts, type Answer, type Failure } from './properties.ts'

const NOW = instantToTicks(instantFromMillis(Date.UTC(2020, 0, 3)))

export interface Compared {
  readonly engine: Engine
  readonly schema: WorkspaceSchema
  readonly options: QueryOptions & { readonly seed: number }
}

export async function passesFailure({ engine, schema, options }: Compared, text: string): Promise<Failure | undefined> {
  const tables = new Map(engine.tables().map((table) => [table.name, table]))
  const window = options.window && tickWindow(options.window)
  const ask = (without: readonly SpeedPass[]): Promise<Answer> =>
    answerOf((signal) => {
      const compiled = compile(text, schema, { tables, now: NOW, window, without: new Set(without) })
      return runQuery(engine.connection, compiled, { maxRows: undefined, signal })
    })
  const one = (options.seed >>> 2) % SPEED_PASS_NAMES.length
  let before: string | undefined
  for (const without of [[], SPEED_PASS_NAMES, SPEED_PASS_NAMES.slice(one, one + 1)]) {
    const answer = await ask(without)
    // Without them a query may need more than the engine has for it: rows of an outer query, say.
    if ('failure' in answer && without.length === 0) return answer.failure
    if (!('table' in answer)) continue
    const after = [headOf(answer.table), ...rowTexts(answer.table).sort()].join('\n')
    before ??= after
    if (before !== after) return { kind: `passes: ${without.join()}`, detail: `${before.slice(0, 600)}\nwithout ${without.join()}:\n${after.slice(0, 600)}` } // prettier-ignore
  }
  return undefined
}
