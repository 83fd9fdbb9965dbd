import { identifiersOf } from '../detect/index.ts'
import type { Entity } from '../domain/entity.ts'
import type { Cell } from '../domain/kusto.ts'
import type { Rule } from '../domain/rule.ts'
import type { Finding, RunOutcome } from '../domain/run.ts'
import { batchesOf } from '../domain/sequence.ts'
import { csvLines } from '../text/csv.ts'
import { manyCsvLines } from '../text/many-csv-lines.ts'

/** So many findings become text at a time: memory stays flat however long the result is. */
const BATCH = 1000

/**
 * The findings as CSV, one a row: the result's columns, one column for each identifier of each entity mapping
 * (`Account.Name`; the second mapping of a type is `Account2.Name`), then `FindingId` and `IsNew`. The header follows
 * from result columns and rule, not from what the rows hold; ready-made entities alone add the identifiers that occur.
 */
export function csvPieces(outcome: RunOutcome): Generator<string> {
  const entityColumns = entityColumnsOf(outcome.rule, outcome.findings)
  const header = headerOf(outcome, entityColumns)
  return pieces(header, outcome.findings, (finding) => rowOf(finding, entityColumns))
}

/** What exclusions hid, in the same form, and last the names of the exclusions (`ExcludedBy`), with `; ` between. */
export function excludedCsvPieces(outcome: RunOutcome): Generator<string> {
  const entityColumns = entityColumnsOf(outcome.rule, findingsIn(outcome.excluded))
  const header = [...headerOf(outcome, entityColumns), 'ExcludedBy']
  return pieces(header, outcome.excluded, ({ finding, by }) => [...rowOf(finding, entityColumns), by.join('; ')])
}

function* findingsIn(excluded: RunOutcome['excluded']): Generator<Finding> {
  for (const { finding } of excluded) yield finding
}

function headerOf({ columns }: RunOutcome, entityColumns: readonly EntityColumn[]): readonly string[] {
  return [...columns, ...entityColumns].map(({ name }) => name).concat('FindingId', 'IsNew')
}

function* pieces<Item>(
  header: readonly string[],
  items: Iterable<Item>,
  cellsOf: (item: Item) => readonly Cell[],
): Generator<string> {
  yield csvLines([uniqueNames(header)])
  for (const batch of batchesOf(items, BATCH)) yield manyCsvLines(batch.map(cellsOf))
}

interface EntityColumn {
  readonly name: string
  readonly identifier: string
  /** Finds the column's entity among those of a finding. */
  entityOf(finding: Finding): Entity | undefined
}

function rowOf(finding: Finding, entityColumns: readonly EntityColumn[]): readonly Cell[] {
  const identifiers = entityColumns.map(
    ({ identifier, entityOf }) => entityOf(finding)?.identifiers[identifier] ?? null,
  )
  return [...finding.row, ...identifiers, finding.id, finding.isNew]
}

function entityColumnsOf(rule: Rule, findings: Iterable<Finding>): readonly EntityColumn[] {
  const counts = new Map<string, number>()
  const mapped = rule.entityMappings.flatMap((mapping, index) => {
    const number = (counts.get(mapping.entityType) ?? 0) + 1
    counts.set(mapping.entityType, number)
    return identifiersOf(mapping).map((identifier): EntityColumn => ({
      name: `${numbered(mapping.entityType, number)}.${identifier}`,
      identifier,
      entityOf: (finding) => finding.entities.find((entity) => entity.mapping === index),
    }))
  })
  // Only such rules need a look at all rows before the first is written.
  return rule.sentinelEntityColumns.length === 0 ? mapped : [...mapped, ...readyMadeColumns(findings, counts)]
}

/** Ready-made entities have no mapping that tells them apart: the first of a type in a finding is its first column. */
function readyMadeColumns(findings: Iterable<Finding>, counts: ReadonlyMap<string, number>): readonly EntityColumn[] {
  const columns = new Map<string, EntityColumn>()
  for (const finding of findings) {
    const seen = new Map<string, number>()
    for (const entity of readyMade(finding)) {
      const position = seen.get(entity.type) ?? 0
      seen.set(entity.type, position + 1)
      const label = numbered(entity.type, (counts.get(entity.type) ?? 0) + position + 1)
      for (const identifier of Object.keys(entity.identifiers)) {
        const name = `${label}.${identifier}`
        if (columns.has(name)) continue
        const { type } = entity
        columns.set(name, {
          name,
          identifier,
          entityOf: (other) => readyMade(other).filter((candidate) => candidate.type === type)[position],
        })
      }
    }
  }
  return [...columns.values()]
}

function readyMade(finding: Finding): readonly Entity[] {
  return finding.entities.filter((entity) => entity.mapping === undefined)
}

function numbered(type: string, number: number): string {
  return number === 1 ? type : `${type}${number}`
}

/** A query may name a column `FindingId` or `Account.Name`; the later one of two gets a number. */
function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    let unique = name
    for (let number = 2; taken.has(unique); number++) unique = `${name}_${number}`
    taken.add(unique)
    return unique
  })
}
