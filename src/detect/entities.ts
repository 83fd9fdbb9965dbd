import { isIP } from 'node:net'
import type { Entity, EntityProblem, EntityType } from '../domain/entity.ts'
import type { Column, Row } from '../domain/kusto.ts'
import type { EntityMapping, FieldMapping } from '../domain/rule.ts'
import { cellText } from '../text/cell-text.ts'
import { normaliseIdentifiers } from './identifiers.ts'
import { factsOf, hasRequired, isStrong } from './strength.ts'

/**
 * Account names that every machine has and that would tie everything to everything. Sentinel drops an account with such
 * a name from the alert (shared/reference/azure-contract.md C); so do we, but we say so.
 */
const GENERIC_ACCOUNTS: ReadonlySet<string> = new Set([
  'ADMIN',
  'ADMINISTRATOR',
  'SYSTEM',
  'ROOT',
  'ANONYMOUS',
  'AUTHENTICATED USER',
  'NETWORK',
  'NULL',
  'LOCAL SYSTEM',
  'LOCALSYSTEM',
  'NETWORK SERVICE',
])

export interface MappedEntities {
  readonly entities: readonly Entity[]
  readonly problems: readonly EntityProblem[]
}

/**
 * Makes the function that gives the entities of a row, at most one a mapping, in the mappings' order. An identifier
 * without a usable value is a problem; when nothing that identifies is left, the entity is missing and the problems say
 * why.
 */
export function entityMapper(
  mappings: readonly EntityMapping[],
  columns: readonly Column[],
): (row: Row) => MappedEntities {
  const indexes = new Map(columns.map((column, index) => [column.name, index]))
  return (row) => {
    const entities: Entity[] = []
    const problems: EntityProblem[] = []
    mappings.forEach((mapping, index) => {
      const { identifiers, problems: found } = readFields(mapping, index, indexes, row)
      const made = makeEntity(mapping.entityType, identifiers)
      problems.push(...found, ...problemsOf(made, found, mapping, index))
      if (made.kind === 'made') entities.push({ ...made.entity, mapping: index })
    })
    return { entities, problems }
  }
}

type Made =
  | { readonly kind: 'made'; readonly entity: Entity }
  | { readonly kind: 'generic' }
  /** No required set is filled. */
  | { readonly kind: 'incomplete' }

/** An entity from identifiers as the row or a ready-made entity gives them. */
export function makeEntity(type: EntityType, given: Readonly<Record<string, string>>): Made {
  const normalised = normaliseIdentifiers(type, given)
  if (!hasRequired(type, normalised)) return { kind: 'incomplete' }
  if (type === 'Account' && GENERIC_ACCOUNTS.has((normalised['Name'] ?? '').trim().toUpperCase()))
    return { kind: 'generic' }
  const identifiers = inOrder(type, normalised)
  return { kind: 'made', entity: { type, identifiers, strong: isStrong(type, identifiers) } }
}

function readFields(
  mapping: EntityMapping,
  index: number,
  indexes: ReadonlyMap<string, number>,
  row: Row,
): { identifiers: Record<string, string>; problems: EntityProblem[] } {
  const identifiers: Record<string, string> = {}
  const problems: EntityProblem[] = []
  for (const field of mapping.fieldMappings) {
    const position = indexes.get(field.columnName)
    if (position === undefined) {
      problems.push(problemOf('missing-column', mapping, index, field))
      continue
    }
    const value = cellText(row[position] ?? null).trim()
    if (value === '') problems.push(problemOf('empty-value', mapping, index, field))
    else if (/^[[{]/.test(value) && isContainer(value))
      problems.push(problemOf('unusable-value', mapping, index, field))
    else identifiers[field.identifier] = value
  }
  return { identifiers, problems }
}

/** A bag or list is no identifier; a command line that begins with a bracket is one. */
function isContainer(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object'
  } catch {
    return false
  }
}

function problemOf(
  reason: EntityProblem['reason'],
  mapping: EntityMapping,
  index: number,
  field: FieldMapping,
): EntityProblem {
  const { identifier, columnName } = field
  return { entityType: mapping.entityType, mapping: index, reason, identifier, columnName }
}

/** What is wrong beyond single fields. */
function problemsOf(
  made: Made,
  found: readonly EntityProblem[],
  mapping: EntityMapping,
  index: number,
): readonly EntityProblem[] {
  const fieldOf = (...names: readonly string[]): FieldMapping =>
    mapping.fieldMappings.find((field) => names.includes(field.identifier)) ?? {
      identifier: names[0] ?? '',
      columnName: '',
    }
  if (made.kind === 'generic') return [problemOf('generic-account-name', mapping, index, fieldOf('Name', 'FullName'))]
  // A mapping that the validator lets pass with a warning may map nothing that identifies, however full the row is.
  if (made.kind === 'incomplete' && found.length === 0) {
    return [problemOf('missing-column', mapping, index, fieldOf(...factsOf(mapping.entityType).required.flat()))]
  }
  // Text that is no address is kept, for it may still tell a person something; it identifies nothing.
  const address = made.kind === 'made' && made.entity.type === 'IP' ? made.entity.identifiers['Address'] : undefined
  return address !== undefined && isIP(address) === 0
    ? [problemOf('unusable-value', mapping, index, fieldOf('Address'))]
    : []
}

/** Identifiers in the order of the type's table, whatever order the mapping has. */
function inOrder(type: EntityType, identifiers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (Object.keys(identifiers).length < 2) return identifiers
  const known = factsOf(type).identifiers
  return Object.fromEntries(Object.entries(identifiers).sort(([a], [b]) => known.indexOf(a) - known.indexOf(b)))
}
