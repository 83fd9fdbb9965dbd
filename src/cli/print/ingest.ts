import type { IngestedTable, IngestReport } from '../../backends/local/index.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { shownPath } from '../shown-path.ts'
import { countOf } from './words.ts'

/** A line for each table, and one about the whole. */
export function ingestLines({ source, target, tables, vanished }: IngestReport, cwd: string): readonly string[] {
  const lines = tables.map((table) => `${terminalSafe(table.table)}: ${tableText(table)}`)
  if (vanished.length > 0) lines.push(`Gone, and so are their copies: ${terminalSafe(vanished.join(', '))}`)
  const copied = tables.reduce((sum, table) => sum + table.copied, 0)
  return [...lines, `${countOf(copied, 'file')} of ${shownPath(source, cwd)} copied to ${shownPath(target, cwd)}.`]
}

function tableText({ copied, rows, unchanged, columnar, failure }: IngestedTable): string {
  const parts = [
    ...(copied === 0 ? [] : [`${countOf(copied, 'file')} copied, ${countOf(rows, 'row')}`]),
    ...(unchanged === 0 ? [] : [`${countOf(unchanged, 'file')} unchanged`]),
    ...(columnar === 0 ? [] : [`${countOf(columnar, 'file')} read as ${columnar === 1 ? 'it is' : 'they are'}`]),
    ...(failure === undefined ? [] : ['failed']),
  ]
  return parts.length === 0 ? 'no files' : parts.join('; ')
}

export function ingestDocument({ source, target, tables, vanished }: IngestReport): string {
  const shown = tables.map(({ failure, ...counts }) => ({
    ...counts,
    error: failure === undefined ? null : { code: failure.code, message: failure.message },
  }))
  return JSON.stringify({ schemaVersion: 1, source, target, tables: shown, vanished }, undefined, 2)
}
