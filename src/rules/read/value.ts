import { distance } from 'fastest-levenshtein'
import type { ReadKey } from '../document/keys.ts'
import type { RuleDocument } from '../document/rule-document.ts'
import { entryOf } from '../document/rule-document.ts'
import type { YamlNode } from '../document/tree.ts'

/** What a text was understood as; `isExact` is false when it had to be guessed, so that a check can say so. */
export interface Understood<T> {
  readonly value: T
  readonly isExact: boolean
}

/** One scalar of a rule file: what is written, and what it means. */
export interface Read<T> {
  /** Path in the document, for spans. */
  readonly path: string
  /** As written; undefined when there is no scalar. */
  readonly text: string | undefined
  /** Undefined when there is no scalar, or one that means nothing. */
  readonly value: T | undefined
  readonly isExact: boolean
}

export type Parse<T> = (text: string) => Understood<T> | undefined

export function readNode<T>(node: YamlNode | undefined, path: string, parse: Parse<T>): Read<T> {
  if (node?.kind !== 'scalar') return { path, text: undefined, value: undefined, isExact: true }
  const understood = parse(node.text)
  return { path, text: node.text, value: understood?.value, isExact: understood?.isExact ?? true }
}

export function readKey<T>(document: RuleDocument, key: ReadKey, parse: Parse<T>): Read<T> {
  return readNode(document.keys.get(key)?.value, key, parse)
}

/** A field of a nested mapping, found without regard to case, under any of its names. */
export function readField<T>(
  node: YamlNode | undefined,
  path: string,
  names: readonly string[],
  parse: Parse<T>,
): Read<T> {
  const entry = names.map((name) => node && entryOf(node, name)).find((found) => found !== undefined)
  return readNode(entry?.value, `${path}.${entry?.key ?? names[0] ?? ''}`, parse)
}

export interface Item {
  readonly node: YamlNode
  readonly path: string
}

/** The items of a list; a single scalar or mapping where a list belongs is a list of one. */
export function itemsOf(node: YamlNode | undefined, path: string): readonly Item[] {
  if (node === undefined || node.kind === 'null') return []
  if (node.kind !== 'list') return [{ node, path }]
  return node.items.map((item, index) => ({ node: item, path: `${path}.${index}` }))
}

export const asText: Parse<string> = (text) => ({ value: text.trim(), isExact: true })

export const asBoolean: Parse<boolean> = (text) => {
  if (/^(true|false)$/i.test(text.trim())) return { value: text.trim().toLowerCase() === 'true', isExact: true }
  if (/^(yes|no|on|off)$/i.test(text.trim())) return { value: /^(yes|on)$/i.test(text.trim()), isExact: false }
  return undefined
}

export const asInteger: Parse<number> = (text) => {
  return /^[-+]?\d{1,15}$/.test(text.trim()) ? { value: Number(text), isExact: true } : undefined
}

/**
 * One of a fixed set of names, or of `others` that stand for one of them: as it is, without regard to case, blanks, hyphens and underscores, or misspelt by one edit
 * (two in names of more than five letters) when only one name is that near.
 */
export function asChoice<T extends string>(choices: readonly T[], others: Readonly<Record<string, T>> = {}): Parse<T> {
  const bySquashed = new Map<string, T>([
    ...Object.entries(others).map(([name, choice]) => [squash(name), choice] as const),
    ...choices.map((choice) => [squash(choice), choice] as const),
  ])
  const exact = new Set<string>(choices)
  return (text) => {
    const wanted = squash(text)
    const found = bySquashed.get(wanted)
    if (found !== undefined) return { value: found, isExact: exact.has(text) }
    const near = choices.filter((choice) => distance(wanted, squash(choice)) <= (choice.length > 5 ? 2 : 1))
    const [only] = near
    // Two letters off of a three-letter word is any word; short texts must be right.
    return only !== undefined && near.length === 1 && wanted.length > 2 ? { value: only, isExact: false } : undefined
  }
}

function squash(text: string): string {
  return text
    .trim()
    .replace(/[\s_-]+/g, '')
    .toLowerCase()
}
