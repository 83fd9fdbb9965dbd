import type { RuleDocument } from '../document/rule-document.ts'
import { entryOf } from '../document/rule-document.ts'
import { asText, readKey } from './value.ts'
import type { Parse, Read } from './value.ts'

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const GUID_WITHIN = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f-])/gi

/** A GUID in lower case; braces and a missing hyphen or two are forgiven. */
export const asGuid: Parse<string> = (text) => {
  const trimmed = text.trim()
  if (GUID.test(trimmed)) return { value: trimmed.toLowerCase(), isExact: true }
  const digits = trimmed.replace(/[{}()\s-]/g, '').toLowerCase()
  if (!/^[0-9a-f]{32}$/.test(digits)) return undefined
  const parts = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)]
  return { value: parts.join('-'), isExact: false }
}

/** The `id` of the file, or the GUID in the resource name of an ARM export. */
export function readId(document: RuleDocument): Read<string> {
  const read = readKey(document, 'id', asGuid)
  if (read.text !== undefined || document.resource === undefined) return read
  for (const key of ['name', 'id']) {
    const node = entryOf(document.resource, key)?.value
    const guid = node?.kind === 'scalar' ? node.text.match(GUID_WITHIN)?.at(-1) : undefined
    if (guid !== undefined) return { path: 'id', text: guid, value: guid.toLowerCase(), isExact: true }
  }
  return read
}

/** Upstream wraps descriptions in single quotes inside of a block scalar; they belong to no one's text. */
export const asDescription: Parse<string> = (text) => {
  const trimmed = text.trim()
  const isWrapped = trimmed.length > 1 && trimmed.startsWith("'") && trimmed.endsWith("'")
  return { value: isWrapped ? trimmed.slice(1, -1).trim() : trimmed, isExact: true }
}

/** Saved searches keep description, tactics and techniques as `tags: [{name, value}]`. */
export function savedSearchTag(document: RuleDocument, name: string): Read<string> {
  const tags = document.resource === undefined ? undefined : document.keys.get('tags')?.value
  const items = tags?.kind === 'list' ? tags.items : []
  for (const [index, item] of items.entries()) {
    const key = entryOf(item, 'name')?.value
    const value = entryOf(item, 'value')?.value
    if (key?.kind === 'scalar' && key.text.toLowerCase() === name && value?.kind === 'scalar') {
      return { path: `tags.${index}.value`, ...asReadText(value.text) }
    }
  }
  return { path: 'tags', text: undefined, value: undefined, isExact: true }
}

function asReadText(text: string): Omit<Read<string>, 'path'> {
  return { text, value: asText(text)?.value, isExact: true }
}
