import { distance } from 'fastest-levenshtein'
import type { Span } from '../../domain/diagnostic.ts'
import type { Place } from '../problem.ts'
import type { QueryText } from '../source/query-text.ts'
import { readQueryText } from '../source/query-text.ts'
import { locate } from '../source/runs.ts'
import { mapScalar } from '../source/scalar-runs.ts'
import type { SourceText } from '../source/source-text.ts'
import { READ_KEYS, isInformationalKey, readKeyOf } from './keys.ts'
import type { ReadKey } from './keys.ts'
import type { MapEntry, MapNode, YamlNode } from './tree.ts'

/** A mapping of a YAML file that is meant to be a rule. */
export interface RuleMap {
  /** The mapping with the rule's fields. */
  readonly fields: MapNode
  /** The resource around it in an ARM export, which has `kind` and the id; undefined in a plain rule file. */
  readonly resource: MapNode | undefined
}

/** One rule of a file, not yet understood: its keys under their proper names, and where everything stands. */
export interface RuleDocument {
  readonly source: SourceText
  /** Which rule of its file, from 0. */
  readonly index: number
  readonly root: MapNode
  readonly resource: MapNode | undefined
  readonly keys: ReadonlyMap<ReadKey, MapEntry>
  /** Keys that mean nothing here, in the order of the file. */
  readonly unknownKeys: readonly MapEntry[]
  /** Keys that are near to one that is missing, and are read as that one. */
  readonly misspeltKeys: readonly { readonly entry: MapEntry; readonly as: ReadKey }[]
  /** Keys that stand in the file, but whose YAML could not be read. */
  readonly damagedKeys: ReadonlySet<ReadKey>
  readonly query: QueryText | undefined
  span(place: Place): Span
}

export function createRuleDocument(
  source: SourceText,
  map: RuleMap,
  index: number,
  damagedKeys: ReadonlySet<ReadKey>,
): RuleDocument {
  const sorted = sortKeys(map.fields)
  const kind = map.resource?.entries.find(({ key }) => key.toLowerCase() === 'kind')
  if (kind !== undefined && !sorted.keys.has('kind')) sorted.keys.set('kind', kind)
  const query = queryOf(source, sorted.keys.get('query')?.value)
  const document = { source, index, root: map.fields, resource: map.resource, damagedKeys, query, ...sorted }
  return { ...document, span: (place) => spanOf({ ...document }, place) }
}

/** Keys with their proper spelling win over other names of the same field, these over misspelt ones. */
function sortKeys(root: MapNode) {
  const keys = new Map<ReadKey, MapEntry>()
  const unknownKeys: MapEntry[] = []
  for (const entry of root.entries) {
    const name = readKeyOf(entry.key)
    if (name !== undefined && (!keys.has(name) || entry.key === name)) keys.set(name, entry)
    else if (name === undefined && !isInformationalKey(entry.key)) unknownKeys.push(entry)
  }
  const misspeltKeys: { readonly entry: MapEntry; readonly as: ReadKey }[] = []
  for (const entry of unknownKeys) {
    const isFree = (name: ReadKey): boolean => (keys.get(name)?.value.kind ?? 'null') === 'null'
    const as = READ_KEYS.find((name) => isFree(name) && isMisspelt(entry.key, name))
    if (as === undefined) continue
    keys.set(as, entry)
    misspeltKeys.push({ entry, as })
  }
  return {
    keys,
    unknownKeys: unknownKeys.filter((entry) => !misspeltKeys.some((m) => m.entry === entry)),
    misspeltKeys,
  }
}

/** One edit in a short key, two in a longer one: `querry`, `triggerTreshold`, `tactic`. */
function isMisspelt(written: string, name: string): boolean {
  return distance(written.trim().toLowerCase(), name.toLowerCase()) <= (name.length > 5 ? 2 : 1)
}

function queryOf(source: SourceText, node: YamlNode | undefined): QueryText | undefined {
  if (node?.kind !== 'scalar') return undefined
  const isFolded = node.style !== 'BLOCK_LITERAL'
  const map = () => mapScalar(source.text, node.start, node.end, node.style, node.text)
  return readQueryText(node.text, isFolded, map)
}

type Unspanned = Omit<RuleDocument, 'span'>

function spanOf(document: Unspanned, place: Place): Span {
  const { source, query, root } = document
  switch (place.kind) {
    case 'text':
      return source.span(place.start, place.end)
    case 'file':
      return source.originalSpan(place.start, place.end)
    case 'query': {
      if (query === undefined) return source.span(root.start, root.start)
      const [start, end] = query.locate(place.offset, place.length)
      return source.span(start, end)
    }
    case 'value': {
      const { node } = lookUp(document, place.path)
      if (node.kind !== 'scalar') return spanOf(document, { kind: 'path', path: place.path })
      const mapped = mapScalar(source.text, node.start, node.end, node.style, node.text)
      const [start, end] = locate(mapped, place.offset, place.length)
      return source.span(start, end)
    }
    case 'path':
    case 'key': {
      const [start, end] = rangeAt(document, place.path, place.kind === 'key')
      return source.span(start, end)
    }
  }
}

/** The range of a path. A long value (block scalar, list, mapping) or a missing one is represented by its key. */
function rangeAt(document: Unspanned, path: string, wantsKey: boolean): readonly [number, number] {
  const { node, entry } = lookUp(document, path)
  if (entry !== undefined && (wantsKey || !isShort(node))) return [entry.keyStart, entry.keyEnd]
  return node.kind === 'map' ? rangeOfMap(node) : [node.start, node.end]
}

interface Found {
  readonly node: YamlNode
  /** The entry whose value the node is; undefined for an item of a list and for the document. */
  readonly entry: MapEntry | undefined
}

/** What stands at a path; where it does not exist, the nearest thing around it that does. */
function lookUp(document: Unspanned, path: string): Found {
  let found: Found = { node: document.root, entry: undefined }
  for (const [depth, name] of path.split('.').entries()) {
    const { node } = found
    if (node.kind === 'list') {
      const item = node.items[Number(name)]
      if (item === undefined) break
      found = { node: item, entry: undefined }
    } else {
      const entry = depth === 0 ? topLevelEntry(document, name) : entryOf(node, name)
      if (entry === undefined) break
      found = { node: entry.value, entry }
    }
  }
  return found
}

function topLevelEntry({ keys, root }: Unspanned, name: string): MapEntry | undefined {
  const canonical = readKeyOf(name)
  return (canonical === undefined ? undefined : keys.get(canonical)) ?? entryOf(root, name)
}

export function entryOf(node: YamlNode, name: string): MapEntry | undefined {
  if (node.kind !== 'map') return undefined
  const lower = name.toLowerCase()
  return node.entries.find(({ key }) => key === name) ?? node.entries.find(({ key }) => key.toLowerCase() === lower)
}

function isShort(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.style !== 'BLOCK_LITERAL' && node.style !== 'BLOCK_FOLDED'
}

function rangeOfMap(node: MapNode): readonly [number, number] {
  const [first] = node.entries
  return first === undefined ? [node.start, node.end] : [first.keyStart, first.keyEnd]
}
