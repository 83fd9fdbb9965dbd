import type { AnswerTable } from '../domain/kusto.ts'
import type { Rule } from '../domain/rule.ts'
import { Digests } from './digests.ts'
import { fingerprinter } from './fingerprint.ts'
import type { Remarks } from './remarks.ts'

/** The findings of a table: one for each different id, at the first row that has it. */
export interface Identified {
  readonly ids: Digests
  /** Number of the first row of each finding, rising. */
  readonly firstRows: readonly number[]
}

/**
 * Finds the different rows of a result, by the identity columns of the rule.
 *
 * Nothing may be lost by an identity that is not one: where the result lacks a column of it, all columns count; where rows
 * that differ elsewhere share it, these rows are told apart by all their columns. Both are said, since such rows may open
 * an incident again when another window changes them.
 */
export function identify(rule: Rule, workspace: string, { columns, rows }: AnswerTable, remarks: Remarks): Identified {
  const { identityColumns } = rule
  const byAll = fingerprinter(rule.id, workspace, columns)
  const missing = identityColumns.filter((name) => !columns.some((column) => column.name === name))
  if (missing.length > 0) remarks.warn(missingWarning(rule, missing))
  if (identityColumns.length === 0 || missing.length > 0) return distinct(mapped(rows, byAll))

  const byIdentity = fingerprinter(rule.id, workspace, columns, identityColumns)
  const { digests, numbers, isRepeated } = numbered(mapped(rows, byIdentity), rows.length)
  if (digests.length === rows.length) return distinct(mapped(numbers, (number) => digests.bytesAt(number)))

  // Rows that share an identity are looked at as a whole; the others keep it, and zeros stand for their contents.
  const contents = new Digests()
  const contentOf = new Uint32Array(rows.length)
  const contentOfFirst = new Map<number, number>()
  const isUnclear = new Set<number>()
  let index = 0
  for (const row of rows) {
    const number = numbers[index] ?? 0
    if (isRepeated.has(number)) {
      const content = contents.add(byAll(row))
      contentOf[index] = content
      if (!contentOfFirst.has(number)) contentOfFirst.set(number, content)
      if (contentOfFirst.get(number) !== content) isUnclear.add(number)
    }
    index++
  }
  const unclear = numbers.reduce((sum, number) => sum + (isUnclear.has(number) ? 1 : 0), 0)
  if (unclear > 0) remarks.warn(unclearWarning(rule, unclear, rows.length))
  return distinct(
    mapped(numbers.entries(), ([row, number]) =>
      isUnclear.has(number) ? contents.bytesAt(contentOf[row] ?? 0) : digests.bytesAt(number),
    ),
  )
}

function* mapped<Item>(items: Iterable<Item>, digest: (item: Item) => Uint8Array): Generator<Uint8Array> {
  for (const item of items) yield digest(item)
}

function distinct(digests: Iterable<Uint8Array>): Identified {
  const ids = new Digests()
  const firstRows: number[] = []
  let row = 0
  for (const digest of digests) {
    if (ids.add(digest) === firstRows.length) firstRows.push(row)
    row++
  }
  return { ids, firstRows }
}

/** The number of each row's digest, and which of them come more than once. */
function numbered(
  all: Iterable<Uint8Array>,
  length: number,
): { readonly digests: Digests; readonly numbers: Uint32Array; readonly isRepeated: ReadonlySet<number> } {
  const digests = new Digests()
  const numbers = new Uint32Array(length)
  const isRepeated = new Set<number>()
  let row = 0
  for (const digest of all) {
    const before = digests.length
    const number = digests.add(digest)
    if (number < before) isRepeated.add(number)
    numbers[row++] = number
  }
  return { digests, numbers, isRepeated }
}

function missingWarning(rule: Rule, missing: readonly string[]): string {
  const names = missing.map((name) => `"${name}"`).join(', ')
  return `${placeOf(rule)}: hunt.identity names ${names}, which the result does not have; all columns count instead`
}

function unclearWarning(rule: Rule, unclear: number, rowCount: number): string {
  const names = rule.identityColumns.join(', ')
  return (
    `${placeOf(rule)}: ${unclear} of ${rowCount} rows share hunt.identity (${names}) with a row that differs elsewhere; ` +
    'all columns count for these, so name one more column that tells them apart'
  )
}

function placeOf(rule: Rule): string {
  const { file, line } = rule.source.span('hunt.identity')
  return `${file}:${line}`
}
