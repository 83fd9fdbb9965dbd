/** XML to dynamic, as the reference's page on parse_xml maps it. A small reader of its own: no DTDs, no outside entities. */
import type { Json } from '../../../values/json.ts'
import { REFUSAL } from '../../../errors.ts'
import { nativeScalar } from '../native.ts'

interface Element {
  readonly name: string
  readonly attributes: readonly (readonly [string, string])[]
  readonly children: Element[]
  text: string
}

const MAX_LENGTH = 1_048_576
const MAX_DEPTH = 400

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Characters that XML has (https://www.w3.org/TR/xml/#charsets). */
const isCharacter = (point: number): boolean =>
  point === 9 || point === 10 || point === 13 || (point >= 0x20 && point <= 0xd7ff) || (point >= 0xe000 && point <= 0xfffd) || (point >= 0x10000 && point <= 0x10ffff) // prettier-ignore

/** Undefined where an entity is unknown. */
function decode(text: string): string | undefined {
  let isKnown = true
  const decoded = text.replace(/&([^;\s]{0,12});?/g, (whole, name: string) => {
    const code = /^#(?:x([0-9a-f]+)|(\d+))$/i.exec(name)
    const point = code === null ? NaN : parseInt(code[1] ?? code[2] ?? '', code[1] === undefined ? 10 : 16)
    if (isCharacter(point) && whole.endsWith(';')) return String.fromCodePoint(point)
    const character = ENTITIES[name]
    if (character === undefined || !whole.endsWith(';')) isKnown = false
    return character ?? whole
  })
  return isKnown ? decoded : undefined
}

const NAME = String.raw`[\p{L}_:][\p{L}\p{N}_:.\-]*`
const SKIP = /<\?(?!xml\s)[^]*?\?>|<!--(?:(?!--)[^])*-->|<!DOCTYPE[^>[]*(?:\[[^\]]*\])?[^>]*>/y
const DECLARATION = /^\ufeff?<\?xml\s[^]*?\?>/
const CDATA = /<!\[CDATA\[([^]*?)\]\]>/y
const OPEN = new RegExp(String.raw`<(${NAME})((?:\s+${NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(/?)>`, 'uy')
const CLOSE = new RegExp(String.raw`</(${NAME})\s*>`, 'uy')
const TEXT = /[^<]+/y
const ATTRIBUTE = new RegExp(String.raw`(${NAME})\s*=\s*(?:"([^"]*)"|'([^']*)')`, 'gu')

function attributesOf(text: string): (readonly [string, string])[] | undefined {
  const attributes = [...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single]) => {
    const value = decode(double ?? single ?? '')
    return value === undefined ? undefined : ([name, value] as const)
  })
  if (!attributes.every((attribute) => attribute !== undefined)) return undefined
  return new Set(attributes.map(([name]) => name)).size === attributes.length ? attributes : undefined
}

/** The tree under an unnamed root; undefined where the text is not well formed. */
function readXml(source: string): Element | undefined {
  const root: Element = { name: '', attributes: [], children: [], text: '' }
  const open: Element[] = [root]
  let unclear: string | undefined
  for (let at = DECLARATION.exec(source)?.[0].length ?? 0; at < source.length;) {
    const take = (pattern: RegExp): RegExpExecArray | null => {
      pattern.lastIndex = at
      const match = pattern.exec(source)
      if (match !== null) at = pattern.lastIndex
      return match
    }
    const parent = open.at(-1) ?? root
    if (take(SKIP) !== null) continue
    const cdata = take(CDATA)
    const text = cdata === null ? take(TEXT) : null
    if (cdata !== null || text !== null) {
      const decoded = cdata?.[1] ?? (text?.[0].includes(']]>') === true ? undefined : decode(text?.[0] ?? ''))
      if (decoded === undefined || (parent === root && decoded.trim() !== '' && decoded.trim() !== '\ufeff'))
        return undefined
      if (decoded.trim() !== '') {
        if (cdata !== null) unclear = 'a CDATA section'
        else if (parent.text.trim() !== '') unclear = 'text in several parts of one element'
      }
      parent.text += decoded
      continue
    }
    const close = take(CLOSE)
    if (close !== null) {
      if (open.length === 1 || open.pop()?.name !== close[1]) return undefined
      continue
    }
    const start = take(OPEN)
    const attributes = attributesOf(start?.[2] ?? '')
    if (start === null || attributes === undefined || open.length > MAX_DEPTH) return undefined
    const element: Element = { name: start[1] ?? '', attributes, children: [], text: '' }
    parent.children.push(element)
    if (start[3] === '') open.push(element)
  }
  if (open.length !== 1 || root.children.length !== 1) return undefined
  // The page says that text nodes are translated, not what several of them make, nor whether such a section is one.
  if (unclear !== undefined) throw new Error(`${REFUSAL}parse_xml of ${unclear}`)
  return root
}

/** Attributes as `@name`, text as `#text` beside others, repeated elements as arrays, nothing as null. */
function valueOf(element: Element): Json {
  const text = element.text.trim()
  if (element.attributes.length === 0 && element.children.length === 0) return text === '' ? null : text
  const bag = new Map<string, Json>(element.attributes.map(([name, value]) => [`@${name}`, value]))
  if (text !== '') bag.set('#text', text)
  const groups = new Map<string, Json[]>()
  for (const child of element.children) {
    const group = groups.get(child.name)
    if (group === undefined) groups.set(child.name, [valueOf(child)])
    else group.push(valueOf(child))
  }
  for (const [name, values] of groups) bag.set(name, values.length === 1 ? (values[0] ?? null) : values)
  return bag
}

/** Null for text that is not well-formed XML or longer than 1 MB. */
export function parseXml(source: string): Json {
  if (Buffer.byteLength(source) > MAX_LENGTH) return null
  const root = readXml(source)
  return root === undefined ? null : valueOf(root)
}

export const parseXmlEntry = nativeScalar({
  name: 'parse_xml',
  page: 'parse-xml-function',
  takes: ['string'],
  returns: 'dynamic',
  run: parseXml,
})
