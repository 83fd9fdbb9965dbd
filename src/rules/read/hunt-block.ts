import type { RuleDocument } from '../document/rule-document.ts'
import { entryOf } from '../document/rule-document.ts'
import type { MapEntry } from '../document/tree.ts'
import { asText, itemsOf, readNode } from './value.ts'
import type { Read } from './value.ts'

/** Keys of the `hunt:` block, which says of a rule what Sentinel's format has no word for; docs/results.md. */
export const HUNT_KEYS = ['identity'] as const

export interface HuntBlockRead {
  /** Columns that say which finding a row is. */
  readonly identity: readonly Read<string>[]
  readonly unknownKeys: readonly MapEntry[]
}

export function readHuntBlock(document: RuleDocument): HuntBlockRead {
  const node = document.keys.get('hunt')?.value
  if (node?.kind !== 'map') return { identity: [], unknownKeys: [] }
  const identity = entryOf(node, 'identity')
  const known = new Set<string>(HUNT_KEYS.map((key) => key.toLowerCase()))
  return {
    identity: itemsOf(identity?.value, `hunt.${identity?.key ?? 'identity'}`).map((item) =>
      readNode(item.node, item.path, asText),
    ),
    unknownKeys: node.entries.filter(({ key }) => !known.has(key.toLowerCase())),
  }
}
