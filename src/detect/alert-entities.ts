import type { Entity } from '../domain/entity.ts'
import type { NrtRule, ScheduledRule } from '../domain/rule.ts'
import { mergeKey } from './merge-key.ts'
import type { Remarks } from './remarks.ts'

/** Entities of one alert, shared out equally between the mappings (shared/reference/azure-contract.md B6). */
const MAX_ENTITIES = 500

/** Entities beyond the limit that are told apart; beyond it their number is only bounded, so that memory is too. */
const MOST_COUNTED = 10_000

/**
 * The different entities of the findings of an alert, each mapping up to its share of the limit. Ready-made ones share as a
 * mapping. What is left out is noted.
 */
export function entityCollector(
  rule: ScheduledRule | NrtRule,
  remarks: Remarks,
): { add(entities: readonly Entity[]): void; entities(): readonly Entity[] } {
  const sources = rule.entityMappings.length + (rule.sentinelEntityColumns.length > 0 ? 1 : 0)
  const share = Math.floor(MAX_ENTITIES / Math.max(sources, 1))
  const counts = new Map<number, number>()
  const kept = new Map<string, Entity>()
  const leftOut = new Set<string>()
  let hasMore = false
  return {
    add(entities) {
      for (const entity of entities) {
        const key = mergeKey(entity)
        if (kept.has(key) || leftOut.has(key)) continue
        const mapping = entity.mapping ?? -1
        const count = counts.get(mapping) ?? 0
        if (count < share) {
          kept.set(key, entity)
          counts.set(mapping, count + 1)
        } else if (leftOut.size < MOST_COUNTED) leftOut.add(key)
        else hasMore = true
      }
    },
    entities() {
      if (leftOut.size > 0) {
        const all = `${hasMore ? 'more than ' : ''}${kept.size + leftOut.size}`
        remarks.note(`an alert keeps ${kept.size} of ${all} entities, at most ${share} a mapping; the files have all`)
      }
      return [...kept.values()]
    },
  }
}
