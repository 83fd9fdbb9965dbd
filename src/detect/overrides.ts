import type { Column, Row } from '../domain/kusto.ts'
import { SEVERITIES, TACTICS } from '../domain/rule.ts'
import type { AlertDetailsOverride } from '../domain/rule.ts'
import { cellText } from '../text/cell-text.ts'
import type { Remarks } from './remarks.ts'

/** What the results change of an alert, by Sentinel's property names. Absent means: as the rule says. */
export type Override = ReadonlyMap<string, string | readonly string[]>

/** Limits and fallbacks of shared/reference/azure-contract.md B5. Lengths in UTF-16 units, for the pages say "characters". */
const MAX_LENGTH: Readonly<Record<string, number>> = { AlertName: 256, Description: 5000 }
const MAX_OTHER = 5000
const MAX_DISTINCT = 50

/** Reads a column's text into a property's value; undefined when it is none. */
type Reader = (text: string) => string | readonly string[] | undefined

const READERS: Readonly<Record<string, Reader>> = {
  AlertSeverity: (text) => SEVERITIES.find((severity) => severity.toLowerCase() === text.toLowerCase()),
  Tactics: (text) =>
    readList(text, (item) =>
      TACTICS.find((tactic) => tactic.toLowerCase() === item.replace(/[\s_-]/g, '').toLowerCase()),
    ),
  Techniques: (text) => readList(text, (item) => (/^T\d{4}$/i.test(item) ? item.toUpperCase() : undefined)),
  SubTechniques: (text) => readList(text, (item) => (/^T\d{4}\.\d{3}$/i.test(item) ? item.toUpperCase() : undefined)),
  ConfidenceLevel: (text) => ['Low', 'High', 'Unknown'].find((level) => level.toLowerCase() === text.toLowerCase()),
  ConfidenceScore: (text) => (Number(text) >= 0 && Number(text) <= 1 ? text : undefined),
}

/**
 * What each alert's row makes of the rule's `alertDetailsOverride`. A placeholder that names a missing column or an
 * empty value, and a value that the property cannot take, leave the property as the rule says; each such fallback is
 * noted. Sentinel also drops a property altogether that has more than 50 different values in one run (B5). We keep the
 * values, because a hundred alerts of one title help nobody, and note what Sentinel would do.
 *
 * @param rows the row that speaks for each alert: its first; undefined for an alert on an empty result.
 */
export function overridesOf(
  override: AlertDetailsOverride | undefined,
  columns: readonly Column[],
  rows: readonly (Row | undefined)[],
  remarks: Remarks,
): readonly Override[] {
  if (override === undefined) return rows.map(() => new Map())
  const all = rows.map((row) => (row === undefined ? new Map() : overrideOf(override, columns, row, remarks)))
  for (const [name, count] of distinctValues(all)) {
    if (count > MAX_DISTINCT) {
      remarks.note(
        `alertDetailsOverride: ${name} has ${count} different values in this run; hunt keeps them, Sentinel would show the rule's own beyond ${MAX_DISTINCT}`,
      )
    }
  }
  return all
}

function overrideOf(override: AlertDetailsOverride, columns: readonly Column[], row: Row, remarks: Remarks): Override {
  const result = new Map<string, string | readonly string[]>()
  const set = (name: string, text: string | undefined): void => {
    const value = text === undefined ? undefined : readValue(name, text, remarks)
    if (value !== undefined) result.set(name, value)
  }
  const column = (property: string, columnName: string | undefined): void => {
    if (columnName !== undefined) set(property, columnText(columnName, property, columns, row, remarks))
  }
  const format = (property: string, template: string | undefined): void => {
    if (template !== undefined) set(property, fillTemplate(template, property, columns, row, remarks))
  }
  format('AlertName', override.alertDisplayNameFormat)
  format('Description', override.alertDescriptionFormat)
  column('AlertSeverity', override.alertSeverityColumnName)
  column('Tactics', override.alertTacticsColumnName)
  for (const { alertProperty, value } of override.alertDynamicProperties) column(alertProperty, value)
  return result
}

/** Replaces each `{{Column}}`; undefined when one of them has no text to give. */
function fillTemplate(
  template: string,
  property: string,
  columns: readonly Column[],
  row: Row,
  remarks: Remarks,
): string | undefined {
  let isWhole = true
  const text = template.replace(/\{\{([^{}]*)\}\}/g, (_, name: string) => {
    const value = columnText(name.trim(), property, columns, row, remarks)
    isWhole &&= value !== undefined
    return value ?? ''
  })
  return isWhole ? text : undefined
}

function columnText(
  name: string,
  property: string,
  columns: readonly Column[],
  row: Row,
  remarks: Remarks,
): string | undefined {
  const position = columns.findIndex((column) => column.name === name)
  const text = cellText(row[position] ?? null).trim()
  if (position >= 0 && text !== '') return text
  const why = position < 0 ? `the result has no column "${name}"` : `column "${name}" is empty`
  remarks.warn(`alertDetailsOverride: ${property} stays as the rule says, because ${why}`)
  return undefined
}

function readValue(name: string, text: string, remarks: Remarks): string | readonly string[] | undefined {
  const value = text.length > (MAX_LENGTH[name] ?? MAX_OTHER) ? undefined : (READERS[name] ?? asText)(text)
  if (value === undefined)
    remarks.warn(
      `alertDetailsOverride: ${name} stays as the rule says, because the value is too long or of no accepted form`,
    )
  return value
}

function asText(text: string): string {
  return text
}

/** A JSON list of strings, or words with commas between. Undefined as soon as one item is unknown, or none is there. */
function readList(text: string, read: (item: string) => string | undefined): readonly string[] | undefined {
  const items = text
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((item) => item.trim().replace(/^"|"$/g, ''))
    .map(read)
  return items.every((item) => item !== undefined) ? items : undefined
}

function distinctValues(overrides: readonly Override[]): readonly (readonly [property: string, count: number])[] {
  const values = new Map<string, Set<string>>()
  for (const [name, value] of overrides.flatMap((override) => [...override])) {
    values.set(name, (values.get(name) ?? new Set()).add(String(value)))
  }
  return [...values].map(([name, distinct]) => [name, distinct.size])
}
