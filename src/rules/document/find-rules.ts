import { entryOf } from './rule-document.ts'
import type { RuleMap } from './rule-document.ts'
import { READ_KEYS, readKeyOf } from './keys.ts'
import type { ReadKey } from './keys.ts'
import type { MapNode, YamlNode } from './tree.ts'

/** Keys of which two say that a mapping is meant to be a rule, even without a query. */
const TELLING: ReadonlySet<ReadKey> = new Set(
  READ_KEYS.filter((key) => !['id', 'name', 'description', 'version', 'tags', 'enabled', 'kind'].includes(key)),
)

/** How deep resources may lie in an ARM template: resources → properties → mainTemplate → resources → properties. */
const MAX_DEPTH = 8

/**
 * The rules of a document: the document itself, or, in what ARM exports, each `properties` with a query. Empty when the
 * document is none.
 */
export function findRules(root: YamlNode): readonly RuleMap[] {
  if (root.kind !== 'map') return []
  const wrapped = rulesInResource(root, 0)
  if (wrapped.length > 0 && !hasQuery(root)) return wrapped
  return looksLikeRule(root) ? [{ fields: root, resource: undefined }] : []
}

function rulesInResource(node: MapNode, depth: number): readonly RuleMap[] {
  if (depth > MAX_DEPTH) return []
  const properties = entryOf(node, 'properties')?.value
  if (properties?.kind === 'map' && hasQuery(properties)) return [{ fields: properties, resource: node }]
  const inner = [properties, entryOf(node, 'mainTemplate')?.value, entryOf(node, 'resources')?.value]
  return inner.flatMap((value) => rulesIn(value, depth + 1))
}

function rulesIn(node: YamlNode | undefined, depth: number): readonly RuleMap[] {
  if (node?.kind === 'list') return node.items.flatMap((item) => rulesIn(item, depth))
  return node?.kind === 'map' ? rulesInResource(node, depth) : []
}

function hasQuery(node: MapNode): boolean {
  return entryOf(node, 'query')?.value.kind === 'scalar'
}

function looksLikeRule(node: MapNode): boolean {
  if (hasQuery(node)) return true
  const telling = node.entries.filter(({ key }) => {
    const name = readKeyOf(key)
    return name !== undefined && TELLING.has(name)
  })
  return telling.length >= 2
}
