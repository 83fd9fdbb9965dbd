import type { ReadKey } from '../document/keys.ts'
import { atKey } from '../problem.ts'
import type { Problem } from '../problem.ts'
import { itemsOf } from '../read/value.ts'
import type { RuleCheck } from './check.ts'

/** Of these an empty one is reported as missing. */
const EXPECTED: readonly ReadKey[] = ['requiredDataConnectors', 'tactics']

const LISTS: readonly ReadKey[] = [
  'requiredDataConnectors',
  'tactics',
  'relevantTechniques',
  'entityMappings',
  'sentinelEntitiesMappings',
  'customDetails',
  'tags',
]

export const emptyList: RuleCheck = {
  id: 'empty-list',
  stage: 'rule',
  summary: 'A list or mapping has content, and no item of it is empty.',
  why: 'A key with nothing behind it is null in YAML, which the Sentinel API refuses where a list belongs.',
  severity: { strict: 'warning', lenient: 'info' },
  fails: { keys: 'relevantTechniques:' },
  passes: { keys: 'relevantTechniques: []' },
  run({ document }) {
    const problems: Problem[] = []
    for (const key of LISTS) {
      const node = document.keys.get(key)?.value
      if (node?.kind === 'null' && !EXPECTED.includes(key))
        problems.push({ at: atKey(key), message: `${key} is empty`, hint: 'write [] or leave it out' })
      for (const item of node?.kind === 'list' ? itemsOf(node, key) : []) {
        if (item.node.kind !== 'null') continue
        problems.push({
          at: { kind: 'path', path: item.path },
          message: `an item of ${key} is empty`,
          hint: 'delete the item',
        })
      }
    }
    return problems
  },
}
