import type { AnswerTable } from '../domain/kusto.ts'
import type { Rule } from '../domain/rule.ts'
import { fingerprinter } from './fingerprint.ts'
import type { Remarks } from './remarks.ts'

/**
 * The finding id of each row, by the identity columns of the rule.
 *
 * Nothing may be lost by an identity that is not one: where the result lacks a column of it, all columns count; where rows
 * that differ elsewhere share it, these rows are told apart by all their columns. Both are said, since such rows may open
 * an incident again when another window changes them.
 */
export function identify(rule: Rule, workspace: string, table: AnswerTable, remarks: Remarks): readonly string[] {
  const { identityColumns } = rule
  const byAll = fingerprinter(rule.id, workspace, table.columns)
  const missing = identityColumns.filter((name) => !table.columns.some((column) => column.name === name))
  if (missing.length > 0) remarks.warn(missingWarning(rule, missing))
  if (identityColumns.length === 0 || missing.length > 0) return Array.from(table.rows, byAll)

  const byIdentity = fingerprinter(rule.id, workspace, table.columns, identityColumns)
  const ids = Array.from(table.rows, byIdentity)
  const shared = repeated(ids)
  const contents = new Map<string, Set<string>>()
  const full = Array.from(table.rows, (row, index) => {
    const id = ids[index] ?? ''
    if (!shared.has(id)) return id
    const content = byAll(row)
    contents.set(id, (contents.get(id) ?? new Set()).add(content))
    return content
  })
  const resolved = full.map((content, index) => {
    const id = ids[index] ?? ''
    return (contents.get(id)?.size ?? 1) > 1 ? content : id
  })
  const unclear = resolved.filter((id, index) => id !== ids[index]).length
  if (unclear > 0) remarks.warn(unclearWarning(rule, unclear, table.rows.length))
  return resolved
}

function repeated(ids: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>()
  return new Set(ids.filter((id) => seen.size === seen.add(id).size))
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
