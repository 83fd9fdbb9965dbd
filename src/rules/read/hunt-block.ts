import type { RuleDocument } from '../document/rule-document.ts'
import { entryOf } from '../document/rule-document.ts'
import type { MapEntry } from '../document/tree.ts'
import type { Overlap } from '../../domain/rule.ts'
import type { Duration } from '../../domain/time.ts'
import { asDuration } from './schedule.ts'
import { asText, itemsOf, readField, readNode } from './value.ts'
import type { Parse, Read } from './value.ts'

/** Keys of `hunt.schedule`. */
export const SCHEDULE_KEYS = ['cron', 'timezone', 'frequency', 'period'] as const

/** Keys of the `hunt:` block, which says of a rule what Sentinel's format has no word for; docs/hunt-block.md. */
export const HUNT_KEYS = [
  'identity',
  'workspaces',
  'across',
  'schedule',
  'delay',
  'overlap',
  'maxCatchUp',
  'timeout',
] as const

export interface HuntBlockRead {
  /** Columns that say which finding a row is. */
  readonly identity: readonly Read<string>[]
  /** Names and tags of the workspaces in which the rule runs. */
  readonly workspaces: readonly Read<string>[]
  /** Names and tags of further workspaces that its queries read too. */
  readonly across: readonly Read<string>[]
  /** Slots at the times of a cron expression instead of every queryFrequency. */
  readonly cron: Read<string>
  readonly timezone: Read<string>
  /** Of a hunting query, which has no queryFrequency and queryPeriod. */
  readonly frequency: Read<Duration>
  readonly period: Read<Duration>
  readonly delay: Read<Duration>
  readonly overlap: Read<Overlap>
  readonly maxCatchUp: Read<Duration>
  /** How long each query of the rule may take. */
  readonly timeout: Read<Duration>
  readonly unknownKeys: readonly MapEntry[]
  /** Of `hunt.schedule`. */
  readonly unknownScheduleKeys: readonly MapEntry[]
}

const asOverlap: Parse<Overlap> = (text) =>
  text.trim().toLowerCase() === 'measured' ? { value: 'measured', isExact: text === 'measured' } : asDuration(text)

export function readHuntBlock(document: RuleDocument): HuntBlockRead {
  const node = document.keys.get('hunt')?.value
  const block = node?.kind === 'map' ? node : undefined
  const schedule = block && entryOf(block, 'schedule')?.value
  const times = {
    cron: readField(schedule, 'hunt.schedule', ['cron'], asText),
    timezone: readField(schedule, 'hunt.schedule', ['timezone'], asText),
    frequency: readField(schedule, 'hunt.schedule', ['frequency'], asDuration),
    period: readField(schedule, 'hunt.schedule', ['period'], asDuration),
    delay: readField(block, 'hunt', ['delay'], asDuration),
    overlap: readField(block, 'hunt', ['overlap'], asOverlap),
    maxCatchUp: readField(block, 'hunt', ['maxCatchUp'], asDuration),
    timeout: readField(block, 'hunt', ['timeout'], asDuration),
    unknownScheduleKeys: schedule?.kind === 'map' ? unknownOf(schedule.entries, SCHEDULE_KEYS) : [],
  }
  if (node?.kind !== 'map') return { identity: [], workspaces: [], across: [], ...times, unknownKeys: [] }
  const texts = (name: 'identity' | 'workspaces' | 'across'): readonly Read<string>[] => {
    const entry = entryOf(node, name)
    return itemsOf(entry?.value, `hunt.${entry?.key ?? name}`).map((item) => readNode(item.node, item.path, asText))
  }
  return {
    ...times,
    identity: texts('identity'),
    workspaces: texts('workspaces'),
    across: texts('across'),
    unknownKeys: unknownOf(node.entries, HUNT_KEYS),
  }
}

function unknownOf(entries: readonly MapEntry[], keys: readonly string[]): readonly MapEntry[] {
  const known = new Set(keys.map((key) => key.toLowerCase()))
  return entries.filter(({ key }) => !known.has(key.toLowerCase()))
}
