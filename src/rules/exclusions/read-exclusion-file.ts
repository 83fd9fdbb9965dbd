import type { YAMLMap } from 'yaml'
import type { Diagnostic, Span } from '../../domain/diagnostic.ts'
import type { Exclusion } from '../../domain/exclusion.ts'
import type { Instant } from '../../domain/time.ts'
import { YamlFile, isYamlList, isYamlMap, isYamlScalar, scalarText } from '../../text/yaml-file.ts'
import { parseInstant } from '../../time/instant.ts'
import { locate } from '../source/runs.ts'
import { mapScalar } from '../source/scalar-runs.ts'
import type { ScalarStyle } from '../source/scalar-runs.ts'
import type { ExclusionFile } from './exclusion-file.ts'

const FILE_KEYS = ['rule', 'exclusions'] as const
const KEYS = ['name', 'when', 'owner', 'reason', 'expires', 'enabled'] as const
/** Names stand in tables, files and messages. */
const LONGEST_NAME = 100

/**
 * Reads an exclusions file. Everything that is wrong comes out at once. What cannot be used stays among the exclusions with
 * its fault, so that a run can say that it hides nothing.
 */
export function readExclusionFile(file: string, text: string): ExclusionFile {
  const yaml = new YamlFile(text, { file, area: 'exclusion' })
  const { root } = yaml
  if (yaml.isBroken || !isYamlMap(root)) {
    if (!yaml.isBroken) {
      const hint = 'with the key exclusions, a list; see docs/exclusions.md'
      yaml.report(root, 'type', 'an exclusions file is a mapping', hint)
    }
    return unusableFile(file, yaml.diagnostics)
  }
  const fields = new Map(yaml.entries(root, FILE_KEYS).map((entry) => [entry.key, entry]))
  const rule = fields.get('rule')?.value
  const list = fields.get('exclusions')?.value
  if (!isYamlList(list)) {
    const hint = 'write `exclusions:` with `- name: …` and `when: …` for each'
    yaml.report(list ?? root, 'missing', 'there is no list of exclusions', hint)
    return unusableFile(file, yaml.diagnostics)
  }
  return {
    file,
    rule: isYamlScalar(rule) ? scalarText(rule) : undefined,
    ruleSpan: yaml.span(rule ?? root),
    exclusions: readAll(list.items, yaml),
    diagnostics: yaml.diagnostics,
  }
}

/** A file that cannot be read stands for the exclusions that it may hold: none of them hides anything. */
export function unusableFile(file: string, diagnostics: readonly Diagnostic[]): ExclusionFile {
  const [first] = diagnostics
  const span = first?.span ?? { file, line: 1, column: 1, length: 0 }
  const fault = `the file cannot be read: ${first?.message ?? 'it is empty'}`
  const nothing = { when: 'false', owner: '', reason: '', expires: undefined }
  const source = { file, span, conditionSpan: () => span, line: () => first?.sourceLine ?? '' }
  const exclusion = { ...nothing, name: 'all of the file', enabled: true, fault, source }
  return { file, rule: undefined, ruleSpan: span, exclusions: [exclusion], diagnostics }
}

function readAll(items: readonly unknown[], yaml: YamlFile): readonly Exclusion[] {
  const names = new Set<string>()
  return items.map((item, index) => {
    const before = yaml.diagnostics.length
    const exclusion = readOne(item, index, yaml)
    if (names.has(exclusion.name.toLowerCase())) {
      yaml.report(item, 'duplicate', `two exclusions are named "${exclusion.name}"`, 'give each a name of its own')
    }
    names.add(exclusion.name.toLowerCase())
    const problems = yaml.diagnostics.length > before ? yaml.newest(before) : []
    const fault = problems.find(({ severity }) => severity === 'error')?.message
    return { ...exclusion, fault }
  })
}

function readOne(item: unknown, index: number, yaml: YamlFile): Omit<Exclusion, 'fault'> {
  const map = isYamlMap(item) ? item : undefined
  if (map === undefined) {
    yaml.report(item, 'type', 'an exclusion is a mapping with name, when, owner, reason and expires')
  }
  const fields = new Map(map === undefined ? [] : yaml.entries(map, KEYS).map(({ key, value }) => [key, value]))
  const enabled = readEnabled(fields.get('enabled'), yaml)
  const text = (key: (typeof KEYS)[number], why: string): string => readText(key, why, fields.get(key), map, yaml)
  const name = map === undefined ? '' : readName(text('name', 'files and reports name what it hid by it'), fields, yaml)
  const when = map === undefined ? '' : text('when', 'it is the condition, for example `when: Caller =~ "…"`')
  return {
    name: name === '' ? `number ${index + 1}` : name,
    when,
    owner: map === undefined ? '' : text('owner', 'somebody must answer for what is hidden'),
    reason: map === undefined ? '' : text('reason', 'whoever reads it later must be able to judge it'),
    expires: readExpires(fields.get('expires'), yaml),
    enabled,
    source: sourceOf(item, fields, yaml),
  }
}

function readText(key: string, why: string, node: unknown, map: YAMLMap | undefined, yaml: YamlFile): string {
  const text = isYamlScalar(node) && node.value !== null ? scalarText(node).trim() : ''
  if (text !== '') return text
  const isThere = node !== undefined && !isYamlScalar(node)
  yaml.report(
    node ?? map,
    isThere ? 'type' : 'missing',
    isThere ? `${key} is not a text` : `the exclusion has no ${key}`,
    why,
  )
  return ''
}

function readName(name: string, fields: ReadonlyMap<string, unknown>, yaml: YamlFile): string {
  if (name.length > LONGEST_NAME || /[\n\r;]/.test(name)) {
    const message = `a name is one line of at most ${LONGEST_NAME} characters without semicolon`
    yaml.report(fields.get('name'), 'name', message)
  }
  return name.replace(/\s+/g, ' ').slice(0, LONGEST_NAME)
}

/** What is not clearly off is on, as for any other mistake in the file: its fault then says so in each run. */
function readEnabled(node: unknown, yaml: YamlFile): boolean {
  if (node === undefined) return true
  if (isYamlScalar(node) && typeof node.value === 'boolean') return node.value
  yaml.report(node, 'type', 'enabled is neither true nor false')
  return true
}

function readExpires(node: unknown, yaml: YamlFile): Instant | undefined {
  if (node === undefined) return undefined
  const text = isYamlScalar(node) ? scalarText(node) : ''
  const instant = parseInstant(text)
  if (instant === undefined) {
    const hint = 'a date or a time in ISO 8601, for example 2026-12-31 or 2026-12-31T18:00Z'
    yaml.report(node, 'expires', `expires is ${text === '' ? 'no text' : `"${text}"`}, which is no time`, hint)
  }
  return instant
}

function sourceOf(item: unknown, fields: ReadonlyMap<string, unknown>, yaml: YamlFile): Exclusion['source'] {
  const span = yaml.span(fields.get('name') ?? item)
  const when = fields.get('when')
  return {
    file: span.file,
    span,
    conditionSpan: (offset, length) => (isYamlScalar(when) ? spanWithin(when, offset, length, yaml) : span),
    line: (number) => yaml.lineAt(number),
  }
}

/** The condition is trimmed: what YAML keeps before it counts too. */
function spanWithin(
  node: { readonly range?: readonly number[] | null | undefined; readonly value: unknown; readonly type?: unknown },
  offset: number,
  length: number,
  yaml: YamlFile,
): Span {
  const [start = 0, end = 0] = node.range ?? []
  const value = String(node.value)
  const skipped = value.length - value.trimStart().length
  const mapped = mapScalar(yaml.text, start, end, node.type as ScalarStyle | undefined, value)
  return yaml.spanAt(...locate(mapped, skipped + offset, length))
}
