import type { Gap } from '../../domain/schedule.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { formatInstant } from '../../time/instant.ts'
import type { Terminal } from '../terminal.ts'
import { GAP_REASONS } from './schedule-talk.ts'
import { fitTable } from './table.ts'
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
export function gapLines(gaps: readonly Gap[], terminal: Terminal): readonly string[] {
  const { styles } = terminal
  if (gaps.length === 0) return ['No gaps.']
  const rows = gaps.map((gap) => [
    { text: terminalSafe(gap.ruleName === '' ? gap.ruleId : gap.ruleName) },
    { text: gap.workspace },
    { text: slotsText(gap) },
    { text: minuteOf(gap.firstSlot) },
    { text: minuteOf(gap.lastSlot) },
    { text: terminalSafe(whyText(gap)), paint: gap.acknowledgedAt === undefined ? styles.yellow : styles.dim },
  ])
  return fitTable(COLUMNS, rows, terminal, [[], ['Workspace'], ['Workspace', 'Last slot']])
}

function slotsText({ slotCount, searchedSince }: Gap): string {
  return searchedSince === 0 ? grouped(slotCount) : `${grouped(slotCount - searchedSince)} of ${grouped(slotCount)}`
}

function whyText({ reason, error, acknowledgedAt }: Gap): string {
  const seen = acknowledgedAt === undefined ? '' : ' (acknowledged)'
  return `${GAP_REASONS[reason]}${error === undefined ? '' : `: ${error.message}`}${seen}`
}

/** `2026-03-02T09:00Z`; seconds only where there are some. */
export function minuteOf(instant: Parameters<typeof formatInstant>[0]): string {
  return formatInstant(instant).replace(/:00Z$/, 'Z')
}

/** `2026-03-02T09:00Z`, also of 09:00:59: for moments that nobody needs to the second. */
export function wholeMinuteOf(instant: Parameters<typeof formatInstant>[0]): string {
  return `${formatInstant(instant).slice(0, 16)}Z`
}
