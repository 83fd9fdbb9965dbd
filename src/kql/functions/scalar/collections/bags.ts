import { printJson, type Json, type JsonObject } from '../../../values/json.ts'
import type { ScalarEntry } from '../../entry.ts'
import { nativeScalar } from '../native.ts'
import { asArray, asBag, compareText } from './elements.ts'

/** Keys of `$.a['b'].c`; a text without the leading `$` is one key. Undefined where a path names array elements. */
export function keyPath(text: string): readonly string[] | undefined {
  if (!text.startsWith('$')) return [text]
  const steps: string[] = []
  const step = /\.([^.[\]]+)|\[\s*(?:'([^']*)'|"([^"]*)")\s*\]/y
  for (let at = 1; at < text.length; at = step.lastIndex) {
    step.lastIndex = at
    const match = step.exec(text)
    if (match === null) return undefined
    steps.push(match[1] ?? match[2] ?? match[3] ?? '')
  }
  return steps.length === 0 ? undefined : steps
}

export function hasKey(bag: JsonObject, path: readonly string[]): boolean {
  let value: Json = bag
  for (const key of path) {
    const inner = asBag(value)
    if (inner?.has(key) !== true) return false
    value = inner.get(key) ?? null
  }
  return true
}

export function removeKey(bag: JsonObject, [key = '', ...rest]: readonly string[]): JsonObject {
  const value = bag.get(key)
  if (value === undefined) return bag
  const copy = new Map(bag)
  if (rest.length === 0) copy.delete(key)
  else {
    const inner = asBag(value)
    if (inner !== undefined) copy.set(key, removeKey(inner, rest))
  }
  return copy
}

/** Sets the value under the path, making bags on the way; a set key moves to the end. */
export function setKey(bag: JsonObject, [key = '', ...rest]: readonly string[], value: Json): JsonObject {
  const copy = new Map(bag)
  const inner = asBag(bag.get(key) ?? null) ?? new Map<string, Json>()
  if (rest.length === 0) copy.delete(key)
  copy.set(key, rest.length === 0 ? value : setKey(inner, rest, value))
  return copy
}

/** A key of several bags keeps the value of the first. Arguments that are no bags add nothing. */
export function mergeBags(values: readonly Json[]): Json {
  const bags = values.map(asBag).filter((bag) => bag !== undefined)
  if (bags.length === 0) return null
  const merged = new Map<string, Json>()
  for (const bag of bags) {
    for (const [key, value] of bag) if (!merged.has(key)) merged.set(key, value)
  }
  return merged
}

/** Keys that are no strings are left out; missing values are null. */
export function zipBag(keys: readonly Json[], values: readonly Json[]): JsonObject {
  const bag = new Map<string, Json>()
  keys.forEach((key, at) => {
    if (typeof key === 'string') bag.set(key, values[at] ?? null)
  })
  return bag
}

/** Paths of all members; `[0]` stands for the elements of an array, whichever. */
export function treePaths(value: Json): string[] {
  const paths = new Set<string>()
  const walk = (node: Json, path: string): void => {
    const bag = asBag(node)
    if (bag !== undefined) {
      for (const [key, member] of bag) {
        paths.add(`${path}['${key}']`)
        walk(member, `${path}['${key}']`)
      }
    }
    for (const element of asArray(node) ?? []) {
      paths.add(`${path}[0]`)
      walk(element, `${path}[0]`)
    }
  }
  walk(value, '')
  return [...paths]
}

/** Members sorted by name on every level. */
export function sorted(value: Json): Json {
  const array = asArray(value)
  if (array !== undefined) return array.map(sorted)
  const bag = asBag(value)
  if (bag === undefined) return value
  return new Map(
    [...bag].sort(([left], [right]) => compareText(left, right)).map(([key, member]) => [key, sorted(member)]),
  )
}

export const bagEntries: readonly ScalarEntry[] = [
  nativeScalar({
    name: 'bag_has_key',
    page: 'bag-has-key-function',
    takes: ['dynamic', 'string'],
    returns: 'bool',
    run: (value, key) => {
      const bag = asBag(value)
      const path = keyPath(key)
      return bag === undefined ? null : path !== undefined && hasKey(bag, path)
    },
  }),
  nativeScalar({
    name: 'bag_remove_keys',
    page: 'bag-remove-keys-function',
    takes: ['dynamic', 'dynamic'],
    returns: 'dynamic',
    run: (value, keys) => {
      const bag = asBag(value)
      if (bag === undefined) return null
      const named = (asArray(keys) ?? []).map((key) => (typeof key === 'string' ? keyPath(key) : undefined))
      const paths = named.filter((path) => path !== undefined)
      const rest = new Map(bag)
      // Without a copy of the bag for each of a thousand keys.
      for (const [key = '', ...inner] of paths) if (inner.length === 0) rest.delete(key)
      return paths.filter(({ length }) => length > 1).reduce<JsonObject>(removeKey, rest)
    },
  }),
  nativeScalar({
    name: 'bag_set_key',
    page: 'bag-set-key-function',
    takes: ['dynamic', 'string', 'dynamic'],
    returns: 'dynamic',
    seesNulls: true,
    run: (value, key, member) => {
      const bag = asBag(value)
      const path = keyPath(key)
      return bag === undefined || path === undefined ? null : setKey(bag, path, member)
    },
  }),
  nativeScalar({
    name: 'bag_merge',
    page: 'bag-merge-function',
    takes: ['dynamic'],
    rest: 'dynamic',
    returns: 'dynamic',
    seesNulls: true,
    run: (first, ...rest) => mergeBags([first, ...(rest as Json[])]),
  }),
  nativeScalar({
    name: 'bag_zip',
    page: 'bag-zip-function',
    takes: ['dynamic', 'dynamic'],
    returns: 'dynamic',
    run: (keys, values) => (Array.isArray(keys) ? zipBag(keys, asArray(values) ?? []) : null),
  }),
  nativeScalar({
    name: 'treepath',
    page: 'treepath-function',
    takes: ['dynamic'],
    returns: 'dynamic',
    run: (value) => (asBag(value) === undefined && asArray(value) === undefined ? null : treePaths(value)),
  }),
  nativeScalar({
    name: 'dynamic_to_json',
    page: 'dynamic-to-json-function',
    takes: ['dynamic'],
    returns: 'string',
    run: (value) => printJson(sorted(value)),
  }),
]
