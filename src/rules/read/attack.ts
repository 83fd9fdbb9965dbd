import type { ReadKey } from '../document/keys.ts'
import type { RuleDocument } from '../document/rule-document.ts'
import { TACTICS } from '../facts/limits.ts'
import type { Tactic } from '../facts/limits.ts'
import { savedSearchTag } from './identity.ts'
import { asChoice, itemsOf, readNode } from './value.ts'
import type { Parse, Read } from './value.ts'

export const asTactic: Parse<Tactic> = asChoice(TACTICS, {
  'Command & Control': 'CommandAndControl',
  C2: 'CommandAndControl',
})

const TECHNIQUE = /^T\d{4}(\.\d{3})?$/
const TECHNIQUE_WITHIN = /(?:^|[^A-Za-z0-9])T(\d{4})(?:[./](\d{3}))?(?![0-9])/i

/** `T1059` or `T1059.001`; also found in `t1059`, in `T1059/001` and at the start of `T1059 - Command …`. */
export const asTechnique: Parse<string> = (text) => {
  const trimmed = text.trim()
  if (TECHNIQUE.test(trimmed)) return { value: trimmed, isExact: true }
  const [, parent, child] = TECHNIQUE_WITHIN.exec(trimmed) ?? []
  if (parent === undefined) return undefined
  return { value: child === undefined ? `T${parent}` : `T${parent}.${child}`, isExact: false }
}

export function readTactics(document: RuleDocument): readonly Read<Tactic>[] {
  const items = readNames(document, 'tactics', asTactic)
  return items.length > 0 ? items : splitText(savedSearchTag(document, 'tactics'), asTactic)
}

export function readTechniques(document: RuleDocument): readonly Read<string>[] {
  const keys = ['relevantTechniques', 'subTechniques'] as const
  const items = keys.flatMap((key) => readNames(document, key, asTechnique))
  return items.length > 0 ? items : splitText(savedSearchTag(document, 'techniques'), asTechnique)
}

/** Items of a list of names; an item with several names in one text counts as several if each of them is one. */
function readNames<T>(document: RuleDocument, key: ReadKey, parse: Parse<T>): readonly Read<T>[] {
  const node = document.keys.get(key)?.value
  return itemsOf(node, key).flatMap(({ node: item, path }) => {
    const read = readNode(item, path, parse)
    if (read.value !== undefined || read.text === undefined) return [read]
    const parts = splitText({ ...read, value: read.text }, parse)
    return parts.length > 1 && parts.every(({ value }) => value !== undefined) ? parts : [read]
  })
}

function splitText<T>({ path, text }: Read<string>, parse: Parse<T>): readonly Read<T>[] {
  const parts = (text ?? '').split(/[,;\n]/).filter((part) => part.trim() !== '')
  return parts.map((part) => {
    const understood = parse(part.trim())
    return { path, text: part.trim(), value: understood?.value, isExact: understood?.isExact ?? true }
  })
}
