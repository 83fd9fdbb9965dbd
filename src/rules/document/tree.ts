import { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml'
import type { Document, Node, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import type { ScalarStyle } from '../source/scalar-runs.ts'

/**
 * A YAML document as plain data with positions: the only view of YAML that the rest of `rules` has. `start` and `end` are
 * UTF-16 offsets in the parsed text.
 */
export type YamlNode = ScalarNode | ListNode | MapNode | NullNode

interface Positioned {
  readonly start: number
  readonly end: number
}

export interface ScalarNode extends Positioned {
  readonly kind: 'scalar'
  /** The value as text; of numbers and booleans what the file says (`1.10`, `True`), not what they evaluate to. */
  readonly text: string
  readonly type: 'string' | 'number' | 'boolean'
  readonly style: ScalarStyle | undefined
}

export interface ListNode extends Positioned {
  readonly kind: 'list'
  readonly items: readonly YamlNode[]
}

export interface MapEntry {
  readonly key: string
  readonly keyStart: number
  readonly keyEnd: number
  readonly value: YamlNode
}

export interface MapNode extends Positioned {
  readonly kind: 'map'
  /** In the order of the file; of a repeated key the last one only. */
  readonly entries: readonly MapEntry[]
}

export interface NullNode extends Positioned {
  readonly kind: 'null'
}

export interface YamlProblem extends Positioned {
  readonly code: string
  readonly message: string
}

export interface RepeatedKey extends Positioned {
  readonly key: string
  /** Where the occurrence stands that counts. */
  readonly lastStart: number
}

export interface YamlTree {
  readonly root: YamlNode
  readonly problems: readonly YamlProblem[]
  readonly repeatedKeys: readonly RepeatedKey[]
}

/** All documents of a text. Never throws on what the text says; a document with problems still has a tree. */
export function parseYaml(text: string): readonly YamlTree[] {
  const parsed = parseAllDocuments(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'silent' })
  // The empty stream is an array without documents, whose type the package declares apart.
  return [...parsed].map((document) => toTree(document))
}

function toTree(document: Document.Parsed): YamlTree {
  const converter = new Converter(document)
  const root = converter.convert(document.contents)
  const problems = document.errors.map(({ code, message, pos }) => ({ code, message, start: pos[0], end: pos[1] }))
  return { root, problems, repeatedKeys: converter.repeatedKeys }
}

class Converter {
  readonly repeatedKeys: RepeatedKey[] = []
  readonly #document: Document.Parsed
  // Aliases share the node of their anchor, so that nested aliases cannot multiply; `undefined` while it is being built.
  readonly #done = new Map<Node, YamlNode | undefined>()

  constructor(document: Document.Parsed) {
    this.#document = document
  }

  convert(node: unknown): YamlNode {
    if (isAlias(node)) {
      const target = node.resolve(this.#document)
      const [start, end] = rangeOf(node)
      return target === undefined ? { kind: 'null', start, end } : this.convert(target)
    }
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return { kind: 'null', start: 0, end: 0 }
    if (this.#done.has(node)) return this.#done.get(node) ?? { kind: 'null', ...positionOf(node) }
    this.#done.set(node, undefined)
    const converted = isMap(node) ? this.#map(node) : isSeq(node) ? this.#list(node) : scalar(node)
    this.#done.set(node, converted)
    return converted
  }

  #list(node: YAMLSeq): ListNode {
    return { kind: 'list', items: node.items.map((item) => this.convert(item)), ...positionOf(node) }
  }

  #map(node: YAMLMap): MapNode {
    const entries = new Map<string, MapEntry>()
    for (const pair of node.items) {
      const key = this.convert(pair.key)
      const name = key.kind === 'scalar' ? key.text : ''
      const before = entries.get(name)
      if (before !== undefined) {
        this.repeatedKeys.push({ key: name, start: before.keyStart, end: before.keyEnd, lastStart: key.start })
        entries.delete(name)
      }
      const value =
        pair.value === null ? { kind: 'null' as const, start: key.end, end: key.end } : this.convert(pair.value)
      entries.set(name, { key: name, keyStart: key.start, keyEnd: key.end, value })
    }
    return { kind: 'map', entries: [...entries.values()], ...positionOf(node) }
  }
}

function scalar(node: Scalar): ScalarNode | NullNode {
  if (node.value === null || node.value === undefined) return { kind: 'null', ...positionOf(node) }
  const type = typeof node.value === 'number' || typeof node.value === 'bigint' ? 'number' : typeof node.value
  return {
    kind: 'scalar',
    text: typeof node.value === 'string' ? node.value : (node.source ?? String(node.value)),
    type: type === 'number' || type === 'boolean' ? type : 'string',
    style: styleOf(node),
    ...positionOf(node),
  }
}

function styleOf(node: Scalar): ScalarStyle | undefined {
  switch (node.type) {
    case 'BLOCK_LITERAL':
    case 'BLOCK_FOLDED':
    case 'PLAIN':
    case 'QUOTE_DOUBLE':
    case 'QUOTE_SINGLE':
      return node.type
    default:
      return undefined
  }
}

function rangeOf(node: Node): readonly [number, number] {
  return node.range === null || node.range === undefined ? [0, 0] : [node.range[0], node.range[1]]
}

function positionOf(node: Node): Positioned {
  const [start, end] = rangeOf(node)
  return { start, end }
}
