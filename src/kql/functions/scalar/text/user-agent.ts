/**
 * Browser, system and device of a user agent: the first pattern of the ua-parser project that matches, whose list
 * (https://github.com/ua-parser/uap-core, Apache-2.0) is also what the service has; the page's two answers come out.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parse } from 'yaml'
import { unsupported } from '../../../errors.ts'
import { fromStorage, isArray, type Json, type JsonObject } from '../../../values/json.ts'
import { nativeScalar } from '../native.ts'

/** An entry of regexes.yaml: a pattern, and what stands for its groups. */
type Entry = Readonly<Record<string, string>>

interface Matcher {
  readonly pattern: RegExp
  /** For each member of the answer its text, with `$1` to `$9` for groups; without one the group itself. */
  readonly texts: readonly (string | undefined)[]
}

interface Part {
  readonly member: string
  readonly list: 'user_agent_parsers' | 'os_parsers' | 'device_parsers'
  /** Members of the answer, with the entry's key for their text and the group that they are without one. */
  readonly fields: readonly { readonly name: string; readonly key: string; readonly group: number }[]
}

const PARTS: Readonly<Record<string, Part>> = {
  browser: {
    member: 'Browser',
    list: 'user_agent_parsers',
    fields: [
      { name: 'Family', key: 'family_replacement', group: 1 },
      { name: 'MajorVersion', key: 'v1_replacement', group: 2 },
      { name: 'MinorVersion', key: 'v2_replacement', group: 3 },
      { name: 'Patch', key: 'v3_replacement', group: 4 },
    ],
  },
  os: {
    member: 'OperatingSystem',
    list: 'os_parsers',
    fields: [
      { name: 'Family', key: 'os_replacement', group: 1 },
      { name: 'MajorVersion', key: 'os_v1_replacement', group: 2 },
      { name: 'MinorVersion', key: 'os_v2_replacement', group: 3 },
      { name: 'Patch', key: 'os_v3_replacement', group: 4 },
      { name: 'PatchMinor', key: 'os_v4_replacement', group: 5 },
    ],
  },
  device: {
    member: 'Device',
    list: 'device_parsers',
    fields: [
      { name: 'Family', key: 'device_replacement', group: 1 },
      // A brand never is a group by itself: group 0 is no text here.
      { name: 'Brand', key: 'brand_replacement', group: 0 },
      { name: 'Model', key: 'model_replacement', group: 1 },
    ],
  },
}

let lists: Readonly<Record<string, readonly Entry[]>> | undefined

/** 200 kB, so read at first use. */
function entriesOf(list: string): readonly Entry[] {
  const file = createRequire(import.meta.url).resolve('uap-core/regexes.yaml')
  lists ??= parse(readFileSync(file, 'utf8')) as Record<string, Entry[]>
  return lists[list] ?? []
}

const matchers = new Map<Part, readonly Matcher[]>()

function matchersOf(part: Part): readonly Matcher[] {
  let found = matchers.get(part)
  if (found === undefined) {
    found = entriesOf(part.list).map((entry) => ({
      pattern: new RegExp(entry['regex'] ?? '', entry['regex_flag'] ?? ''),
      texts: part.fields.map(({ key }) => entry[key]),
    }))
    matchers.set(part, found)
  }
  return found
}

/** The same few user agents fill a log. */
const known = new Map<string, JsonObject>()
const MOST_KNOWN = 10_000

function partOf(userAgent: string, part: Part): JsonObject {
  const key = `${part.member} ${userAgent}`
  const remembered = known.get(key)
  if (remembered !== undefined) return remembered
  const found = match(userAgent, part)
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(key, found)
  return found
}

function match(userAgent: string, part: Part): JsonObject {
  for (const { pattern, texts } of matchersOf(part)) {
    const groups = pattern.exec(userAgent)
    if (groups === null) continue
    const group = (at: number): string => (at === 0 ? '' : (groups[at] ?? ''))
    return members(part, (index, at) => texts[index]?.replace(/\$(\d)/g, (_, digit) => group(Number(digit))).trim() ?? group(at)) // prettier-ignore
  }
  return members(part, () => '')
}

/** What no pattern knows is of the family «Other». */
function members({ fields }: Part, textOf: (index: number, group: number) => string): JsonObject {
  return new Map(
    fields.map(({ name, group }, index): [string, Json] => {
      const text = textOf(index, group)
      return [name, name === 'Family' && text === '' ? 'Other' : text]
    }),
  )
}

/** `"browser"`, or a list of the three. */
function wantedParts(wanted: Json): readonly Part[] {
  const names = (isArray(wanted) ? wanted : [wanted]).map((name) => String(name).toLowerCase())
  return names.flatMap((name) => PARTS[name] ?? [])
}

export const parseUserAgent = nativeScalar({
  name: 'parse_user_agent',
  page: 'parse-user-agent-function',
  takes: ['string', 'dynamic'],
  returns: 'dynamic',
  tolerance: 'the version of the list of user agents: uap-core 0.18.0 here',
  refuses: (args, info) => {
    const [, wanted] = args
    // The language service lets it be left out, the page does not.
    if (wanted === undefined)
      throw unsupported('parse_user_agent of no part', info.span, 'ask for "browser", "os" or "device"')
    if (typeof wanted.literal !== 'string') return
    const value = wanted.type === 'dynamic' ? fromStorage(wanted.literal) : wanted.literal
    const odd = (isArray(value) ? value : [value]).find((name) => PARTS[String(name).toLowerCase()] === undefined)
    if (odd !== undefined) throw unsupported(`parse_user_agent for "${String(odd)}"`, info.span, 'ask for "browser", "os" or "device"') // prettier-ignore
  },
  run: (userAgent, wanted) =>
    new Map(wantedParts(wanted).map((part): [string, Json] => [part.member, partOf(userAgent, part)])),
})
