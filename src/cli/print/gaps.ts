import type { Gap } from '../../domain/schedule.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { formatInstant } from '../../time/instant.ts'
import type { Terminal } from '../terminal.ts'
import { GAP_REASONS } from './schedule-talk.ts'
import { layOutTable } from './table.ts'
import type { TableColumn } from './table.ts'
import { grouped } from './words.ts'

const COLUMNS: readonly TableColumn[] = [
  { title: 'Rule', least: 16 },
  { title: 'Workspace', least: 8 },
  { title: 'Slots', align: 'right' },
  { title: 'First slot' },
  { title: 'Last slot' },
  { title: 'Why', least: 10 },
]

/** A line for each gap. */
export function gapLines(gaps: readonly Gap[], { styles, width }: Terminal): readonly string[] {
  if (gaps.length === 0) return ['No gaps.']
  const rows = gaps.map((gap) => [
    { text: terminalSafe(gap.ruleName === '' ? gap.ruleId : gap.ruleName) },
    { text: gap.workspace },
    { text: slotsText(gap) },
    { text: minuteOf(gap.firstSlot) },
    { text: minuteOf(gap.lastSlot) },
    { text: terminalSafe(whyText(gap)), paint: gap.acknowledgedAt === undefined ? styles.yellow : styles.dim },
  ])
  return layOutTable(COLUMNS, rows, width, styles.dim) ?? layOutTable(COLUMNS, rows, undefined, styles.dim) ?? []
}

function slotsText({ slotCount, searchedSince }: Gap): string {
  return searchedSince === 0 ? grouped(slotCount) : `${grouped(slotCount - searchedSince)} of ${grouped(slotCount)}`
}

function whyText({ reason, error, acknowledgedAt }: Gap): string {
  const seen = acknowledgedAt === undefined ? '' : ' (acknowledged)'
  return `${GAP_REASONS[reason]}${error === undefined ? '' : `: ${error.message}`}${seen}`
}

/** `2026-03-02T09:00Z` */
export function minuteOf(instant: Parameters<typeof formatInstant>[0]): string {
  return formatInstant(instant).replace(/:00Z$/, 'Z')
}
