import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { GroundTruth } from '../../samples/generator/ground-truth.ts'
import type { UpstreamResult } from '../../samples/generator/upstream.ts'
import type { Backend } from '../../src/domain/ports.ts'
import type { Cell, ResultTable, Row } from '../../src/domain/kusto.ts'
import { loadedAnswer } from '../../src/domain/loaded-answer.ts'
import type { Rule } from '../../src/domain/rule.ts'
import type { Instant, Window } from '../../src/domain/time.ts'
import { minutes } from '../../src/time/duration.ts'
import { parseInstant } from '../../src/time/instant.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** samples/ground-truth.json as committed. */
export const truth = JSON.parse(readFileSync(join(root, 'samples/ground-truth.json'), 'utf8')) as GroundTruth & {
  readonly upstream: readonly UpstreamResult[]
}

export function instant(text: string): Instant {
  const parsed = parseInstant(text)
  if (parsed === undefined) throw new RangeError(`not an instant: ${text}`)
  return parsed
}

export const week: Window = { start: instant(truth.week.from), end: instant(truth.week.to) }

export async function search(backend: Backend, rule: Rule, now: Instant, window: Window): Promise<ResultTable> {
  const request = { query: rule.query, window, now, workspace: 'local', timeout: minutes(3) }
  const result = await backend.query(request, new AbortController().signal)
  if (result.status !== 'complete') throw new Error(`${rule.name}: ${result.status}`)
  return loadedAnswer(result).table
}

export function cellOf(table: ResultTable, row: Row, column: string): Cell {
  const index = table.columns.findIndex(({ name }) => name === column)
  if (index < 0) throw new RangeError(`the result has no column ${column}`)
  return row[index] ?? null
}

/** Rows by the columns that identify them; a repeated key is an error of the rule. */
export function rowsByKey(table: ResultTable, key: readonly string[]): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>()
  for (const row of table.rows) {
    const text = key.map((column) => String(cellOf(table, row, column))).join('|')
    if (rows.has(text)) throw new Error(`two rows for ${text}`)
    rows.set(text, row)
  }
  return rows
}
