import { groupBy } from '../domain/sequence.ts'
import type { PeriodAlert } from '../domain/report.ts'
import { errnoOf } from '../files/file-error.ts'
import { standingResultFile } from '../files/result-file.ts'
import { textLines } from '../files/text-lines.ts'
import { gravity } from './model/common.ts'
import type { Evidence } from './model/report.ts'
import { countOf } from '../text/count.ts'

type ResultRow = Readonly<Record<string, unknown>>

/** Bounds of what a report carries of rows: it must open at once, also after a storm. */
export interface EvidenceLimits {
  readonly rowsPerAlert: number
  readonly rows: number
  readonly columns: number
  /** UTF-16 units of a cell. */
  readonly cell: number
  /** UTF-16 units of all cells. */
  readonly text: number
}

export const EVIDENCE_LIMITS: EvidenceLimits = { rowsPerAlert: 10, rows: 2000, columns: 30, cell: 400, text: 3_000_000 }

/**
 * The rows of the alerts, from the result files of their runs: the gravest and latest alerts first, until a limit is
 * reached. An alert whose rows cannot be shown says why.
 *
 * @param cwd that relative paths of result files start from
 */
export async function readEvidence(
  alerts: readonly PeriodAlert[],
  cwd: string,
  limits: EvidenceLimits = EVIDENCE_LIMITS,
): Promise<readonly Evidence[]> {
  const ordered = alerts
    .map(({ alert }) => alert)
    .sort((a, b) => gravity(b.severity) - gravity(a.severity) || b.lastActivity - a.lastActivity)
  const wanted = new Map<string, ReadonlySet<string>>()
  const refused = new Map<string, string>()
  let rows = 0
  for (const { id, findingIds, resultFile } of ordered) {
    const some = findingIds.slice(0, limits.rowsPerAlert)
    if (resultFile === undefined) refused.set(id, 'its run wrote no file')
    else if (findingIds.length === 0) refused.set(id, 'it is about an empty result')
    else if (rows + some.length > limits.rows) refused.set(id, `the report shows ${limits.rows} rows at most`)
    else {
      rows += some.length
      wanted.set(id, new Set(some))
    }
  }
  const found = new Map<string, Evidence>()
  let text = 0
  for (const [file, own] of groupBy(ordered, ({ resultFile }) => resultFile ?? '')) {
    const ids = new Set(own.flatMap(({ id }) => [...(wanted.get(id) ?? [])]))
    if (ids.size === 0) continue
    const path = standingResultFile(file, cwd)
    const result = await rowsIn(path, ids)
    for (const { id, findingIds } of own) {
      const mine = [...(wanted.get(id) ?? [])]
      if (mine.length === 0) continue
      const evidence = evidenceOf(id, findingIds.length, mine, result, limits)
      text += evidence.rows.flat().reduce((sum, cell) => sum + cell.length, 0)
      if (text <= limits.text) found.set(id, evidence)
      else refused.set(id, 'the report would become too large')
    }
  }
  return ordered.map(
    ({ id, findingIds }) =>
      found.get(id) ?? { alertId: id, columns: [], rows: [], of: findingIds.length, remark: refused.get(id) },
  )
}

type ResultRows = { readonly rows: ReadonlyMap<string, ResultRow> } | { readonly problem: string }

function evidenceOf(
  alertId: string,
  of: number,
  ids: readonly string[],
  result: ResultRows,
  { columns: most, cell }: EvidenceLimits,
): Evidence {
  if ('problem' in result) return { alertId, columns: [], rows: [], of, remark: result.problem }
  const rows = ids.flatMap((id): readonly ResultRow[] => {
    const row = result.rows.get(id)
    return row === undefined ? [] : [row]
  })
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const filled = names.filter((name) => rows.some((row) => cellOf(row[name]) !== ''))
  const columns = filled.slice(0, most)
  const remarks = [
    ...(rows.length < of ? [`${rows.length} of ${countOf(of, 'row')}`] : []),
    ...(columns.length < names.length ? [`${columns.length} of ${countOf(names.length, 'column')}`] : []),
  ]
  return {
    alertId,
    columns,
    rows: rows.map((row) => columns.map((name) => shortened(cellOf(row[name]), cell))),
    of,
    remark:
      rows.length === 0
        ? 'its rows are no longer in the file: a later run wrote it anew'
        : remarks.join(', ') || undefined,
  }
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean)
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`
}

/**
 * A finding stands on a line of its own in a result file (output/result-json.ts), so that not all of it is ever in memory. Its cells
 * may hold U+2028, which ends a line for a pattern.
 */
const FINDING = /^\s*(\{"id":"([0-9a-f]{64})".*\}),?\r?$/s

async function rowsIn(path: string, ids: ReadonlySet<string>): Promise<ResultRows> {
  const rows = new Map<string, ResultRow>()
  try {
    for await (const [, line] of textLines(path)) {
      const [, json, id] = FINDING.exec(line) ?? []
      if (json === undefined || id === undefined || !ids.has(id)) continue
      const { row } = JSON.parse(json) as { row?: unknown }
      if (typeof row === 'object' && row !== null) rows.set(id, row as ResultRow)
      if (rows.size === ids.size) break
    }
    return { rows }
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: `${path} is damaged` }
    if (errnoOf(error) === 'ENOENT') return { problem: `${path} is gone` }
    if (errnoOf(error) !== '') return { problem: `${path} cannot be read (${errnoOf(error)})` }
    throw error
  }
}
