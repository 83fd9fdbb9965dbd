import { UsageError } from '../domain/errors.ts'
import { nearNames } from '../text/near-name.ts'

/** What a selector can name: rules, and what the ledger remembers of them. */
export interface Selectable {
  readonly id: string
  readonly name: string
  readonly source: { readonly file: string }
}

/** A shorter beginning of an id would match by accident. */
const LEAST_PREFIX = 4

/**
 * The rules that the selectors name, in their order, each once. A selector is, tried in this order: an id, a file path,
 * a name, a file name without its extension, the beginning of an id, a part of a name, a part of a file name (four characters
 * or more); case does not matter. Throws UsageError for a selector that names no rule, or more than one.
 */
export function selectRules<T extends Selectable>(selectors: readonly string[], rules: readonly T[]): readonly T[] {
  return [...new Set(selectors.flatMap((selector) => selectRule(selector, rules)))]
}

function selectRule<T extends Selectable>(selector: string, rules: readonly T[]): readonly T[] {
  const wanted = selector.trim().toLowerCase()
  const tests: readonly ((rule: Selectable) => boolean)[] = [
    (rule) => rule.id === wanted,
    (rule) => samePath(rule.source.file, selector),
    (rule) => rule.name.toLowerCase() === wanted,
    (rule) => stemOf(rule.source.file).toLowerCase() === wanted,
    (rule) => wanted.length >= LEAST_PREFIX && rule.id.startsWith(wanted),
    (rule) => wanted.length >= LEAST_PREFIX && rule.name.toLowerCase().includes(wanted),
    (rule) => wanted.length >= LEAST_PREFIX && stemOf(rule.source.file).toLowerCase().includes(wanted),
  ]
  for (const test of tests) {
    const found = rules.filter(test)
    // A file may hold several rules; its path means all of them.
    if (found.length === 1 || (found.length > 1 && test === tests[1])) return found
    if (found.length > 1) throw ambiguous(selector, found)
  }
  throw unknownRule(selector, rules)
}

function ambiguous(selector: string, found: readonly Selectable[]): UsageError {
  const listed = found.slice(0, 4).map((rule) => `${rule.id.slice(0, 8)} ${rule.name} (${rule.source.file})`)
  const more = found.length > listed.length ? `, and ${found.length - listed.length} more` : ''
  return new UsageError({
    code: 'usage/ambiguous-rule',
    message: `"${selector}" names ${found.length} rules: ${listed.join(', ')}${more}`,
    hint: 'give more of the id, or the path of the file',
  })
}

/** Of a selector that means none of them, with the nearest names. */
export function unknownRule(selector: string, rules: readonly Selectable[]): UsageError {
  const names = rules.flatMap((rule) => [rule.id, rule.name, stemOf(rule.source.file)])
  const near = nearNames(selector, names).map((name) => `"${name}"`)
  return new UsageError({
    code: 'usage/unknown-rule',
    message: `no rule is called "${selector}"`,
    hint: near.length === 0 ? 'hunt list shows all rules' : `did you mean ${near.join(' or ')}?`,
  })
}

function samePath(file: string, selector: string): boolean {
  return normalize(file) === normalize(selector)
}

function normalize(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(\.\/)+/, '')
}

export function stemOf(file: string): string {
  return file.replace(/^.*\//, '').replace(/\.ya?ml$/i, '')
}

/** Looks like a path rather than a name: has a separator or the extension of a rule file. */
export function isPathSelector(selector: string): boolean {
  return /[\\/]/.test(selector) || /\.ya?ml$/i.test(selector)
}
