import type { ReadKey } from '../document/keys.ts'
import type { YamlNode } from '../document/tree.ts'
import { atKey } from '../problem.ts'
import type { Problem } from '../problem.ts'
import type { RuleCheck } from './check.ts'

type Shape = 'text' | 'list' | 'mapping'

const SHAPES: Readonly<Partial<Record<ReadKey, Shape>>> = {
  id: 'text',
  kind: 'text',
  name: 'text',
  description: 'text',
  severity: 'text',
  query: 'text',
  queryFrequency: 'text',
  queryPeriod: 'text',
  triggerOperator: 'text',
  triggerThreshold: 'text',
  version: 'text',
  requiredDataConnectors: 'list',
  tactics: 'list',
  relevantTechniques: 'list',
  subTechniques: 'list',
  entityMappings: 'list',
  sentinelEntitiesMappings: 'list',
  tags: 'list',
  customDetails: 'mapping',
  alertDetailsOverride: 'mapping',
  eventGroupingSettings: 'mapping',
  incidentConfiguration: 'mapping',
  hunt: 'mapping',
}

const REMEDY: Readonly<Record<Shape, string>> = {
  text: 'write a single value',
  list: 'write a list: one "- item" a line, or [] for none',
  mapping: 'write "key: value" lines below, indented',
}

export const wrongType: RuleCheck = {
  id: 'wrong-type',
  stage: 'rule',
  summary: 'Texts, lists and mappings stand where they belong.',
  why: 'Sentinel refuses a text where a list belongs. A single value counts as a list of one here; anything else of the wrong type is left out.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'tactics: Execution' },
  passes: { keys: 'tactics:\n  - Execution' },
  run({ document }) {
    const problems: Problem[] = []
    for (const [key, shape] of Object.entries(SHAPES) as [ReadKey, Shape][]) {
      const node = document.keys.get(key)?.value
      if (node === undefined || node.kind === 'null' || shapeOf(node) === shape) continue
      const effect = shape === 'list' ? 'taken as a list' : 'left out'
      const message = `${key} is a ${shapeOf(node)} where a ${shape} belongs; ${effect}`
      problems.push({ at: atKey(key), message, hint: REMEDY[shape] })
    }
    return problems
  },
}

function shapeOf(node: YamlNode): Shape {
  if (node.kind === 'scalar' || node.kind === 'null') return 'text'
  return node.kind === 'map' ? 'mapping' : 'list'
}
