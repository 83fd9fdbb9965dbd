import type { Exclusion, ExclusionHits } from '../../domain/exclusion.ts'
import type { Rule } from '../../domain/rule.ts'
import type { Instant } from '../../domain/time.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { formatInstant } from '../../time/instant.ts'
import type { Terminal } from '../terminal.ts'
import { fitTable } from './table.ts'
import type { TableCell, TableColumn } from './table.ts'
import { countOf, grouped, wrapped } from './words.ts'

/** Raised when a member goes or changes its meaning. Described by docs/schema/exclusions.schema.json. */
const SCHEMA_VERSION = 1

/**
 * `broken`: it is to hide something and cannot. `failing`: as far as its file tells it could, but its last run says no.
 * `gone`: it hid something and is in no file any more.
 */
export type ExclusionState = 'active' | 'disabled' | 'expired' | 'broken' | 'failing' | 'gone'

export interface ListedExclusion {
  readonly ruleId: string
  readonly ruleName: string
  readonly state: ExclusionState
  readonly exclusion: Pick<Exclusion, 'name' | 'when' | 'owner' | 'reason' | 'expires'>
  /** Where it stands, `file:line`; undefined when it is gone. */
  readonly place: string | undefined
  readonly fault: string | undefined
  readonly hits: ExclusionHits | undefined
}

/** Every exclusion of the rules, and what those that are gone have hidden. */
export function listExclusions(
  rules: readonly Rule[],
  hits: readonly ExclusionHits[],
  now: Instant,
): readonly ListedExclusion[] {
  const hitsOf = new Map(hits.map((each) => [keyOf(each.ruleId, each.name), each]))
  const listed = rules.flatMap((rule) =>
    (rule.exclusions ?? []).map((exclusion): ListedExclusion => {
      const key = keyOf(rule.id, exclusion.name)
      const own = hitsOf.get(key)
      hitsOf.delete(key)
      const { file, line } = exclusion.source.span
      const state = stateOf(exclusion, own, now)
      const fault = exclusion.fault ?? (state === 'failing' ? own?.lastFault : undefined)
      const head = { ruleId: rule.id, ruleName: rule.name, state, exclusion }
      return { ...head, place: `${file}:${line}`, fault, hits: own }
    }),
  )
  const gone = [...hitsOf.values()].map((own): ListedExclusion => {
    const { ruleId, ruleName, lastFault } = own
    return { ruleId, ruleName, state: 'gone', exclusion: own, place: undefined, fault: lastFault, hits: own }
  })
  return [...listed, ...gone].sort((one, other) => RANK[one.state] - RANK[other.state])
}

/** What needs somebody first, what does nothing last. */
const RANK: Readonly<Record<ExclusionState, number>> = {
  broken: 0,
  failing: 1,
  expired: 2,
  active: 3,
  gone: 4,
  disabled: 5,
}

function keyOf(ruleId: string, name: string): string {
  return `${ruleId}\0${name}`
}

function stateOf(exclusion: Exclusion, hits: ExclusionHits | undefined, now: Instant): ExclusionState {
  if (!exclusion.enabled) return 'disabled'
  if (exclusion.fault !== undefined) return 'broken'
  if (exclusion.expires !== undefined && exclusion.expires <= now) return 'expired'
  return hits?.lastFault === undefined ? 'active' : 'failing'
}

/** It should hide something, and does not. */
export function isUseless({ state }: ListedExclusion): boolean {
  return state === 'broken' || state === 'failing' || state === 'expired'
}

export function exclusionsJson(listed: readonly ListedExclusion[], since: Instant): unknown {
  return {
    schemaVersion: SCHEMA_VERSION,
    since: formatInstant(since),
    exclusions: listed.map(({ exclusion: { name, when, owner, reason, expires }, hits, ...each }) => ({
      ruleId: each.ruleId,
      ruleName: each.ruleName,
      name,
      state: each.state,
      fault: each.fault ?? null,
      when,
      owner,
      reason,
      expires: expires === undefined ? null : formatInstant(expires),
      place: each.place ?? null,
      rowCount: hits?.rowCount ?? 0,
      runCount: hits?.runCount ?? 0,
      failureCount: hits?.failureCount ?? 0,
      lastSlot: hits === undefined ? null : formatInstant(hits.lastSlot),
    })),
  }
}

const COLUMNS: readonly TableColumn[] = [
  { title: 'Exclusion', least: 14 },
  { title: 'Rule', least: 14 },
  { title: 'State' },
  { title: 'Owner', least: 8 },
  { title: 'Expires' },
  { title: 'Hid', align: 'right' },
]

export function exclusionLines(
  listed: readonly ListedExclusion[],
  dayCount: number,
  terminal: Terminal,
): readonly string[] {
  if (listed.length === 0) return ['No rule has exclusions.']
  const { styles } = terminal
  const rows = listed.map((each) => rowOf(each, styles))
  const lines = fitTable(COLUMNS, rows, terminal)
  const faults = listed.flatMap(({ fault, place, exclusion, state }) =>
    fault === undefined || state === 'disabled' || state === 'gone'
      ? []
      : wrapped(
          `${styles.red(state)}: ${terminalSafe(`${place ?? ''} "${exclusion.name}" hides nothing: ${fault}`)}`,
          terminal,
        ),
  )
  const total = listed.reduce((sum, { hits }) => sum + (hits?.rowCount ?? 0), 0)
  const summary = `${countOf(total, 'row')} hidden in ${countOf(dayCount, 'day')}; the .excluded.csv files have ${total === 1 ? 'it' : 'them'}`
  return [...lines, '', ...faults, ...wrapped(summary, terminal)]
}

function rowOf(
  { ruleName, state, exclusion, hits }: ListedExclusion,
  styles: Terminal['styles'],
): readonly TableCell[] {
  const { name, owner, expires } = exclusion
  const rowCount = hits?.rowCount ?? 0
  return [
    { text: terminalSafe(name) },
    { text: terminalSafe(ruleName) },
    { text: state, paint: paintOf(state, styles) },
    { text: terminalSafe(owner) },
    { text: expires === undefined ? 'never' : formatInstant(expires).slice(0, 10) },
    { text: grouped(rowCount), paint: rowCount > 0 ? styles.yellow : styles.dim },
  ]
}

function paintOf(state: ExclusionState, styles: Terminal['styles']): (text: string) => string {
  if (state === 'broken' || state === 'failing') return styles.red
  if (state === 'expired') return styles.yellow
  return state === 'active' ? styles.green : styles.dim
}
