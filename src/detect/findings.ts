import type { EntityProblem } from '../domain/entity.ts'
import type { AnswerTable } from '../domain/kusto.ts'
import type { Rule } from '../domain/rule.ts'
import type { Finding, FirstRecord } from '../domain/run.ts'
import { entityMapper } from './entities.ts'
import { identify } from './identify.ts'
import { createRemarks } from './remarks.ts'
import type { Remarks } from './remarks.ts'
import { readyMadeEntityReader } from './ready-made-entities.ts'

/** A finding before the ledger was asked whether it is known. */
export interface UnjudgedFinding extends Omit<Finding, 'isNew' | 'firstRecorded'> {
  /** Of its row in the answer, the first of those that repeat each other. */
  readonly position: number
}

export interface Findings {
  readonly findings: readonly UnjudgedFinding[]
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
}

/** One finding for each different row of the result, in the result's order, with its entities. */
export function findingsOf(rule: Rule, workspace: string, table: AnswerTable): Findings {
  const remarks = createRemarks()
  const ids = identify(rule, workspace, table, remarks)
  const mapEntities = entityMapper(rule.entityMappings, table.columns)
  const readyMade = readyMadeEntityReader(rule.sentinelEntityColumns, table.columns, remarks)
  const findings = new Map<string, UnjudgedFinding>()
  for (const [index, row] of [...table.rows].entries()) {
    const id = ids[index] ?? ''
    if (findings.has(id)) continue
    const { entities, problems } = mapEntities(row)
    findings.set(id, { id, position: index, row, entities: [...entities, ...readyMade(row)], entityProblems: problems })
  }
  const repeated = table.rows.length - findings.size
  if (repeated > 0)
    remarks.note(`${repeated} of ${table.rows.length} result rows repeat another row and are no findings of their own`)
  remarkProblems(rule, [...findings.values()], remarks)
  return { findings: [...findings.values()], warnings: remarks.warnings(), notes: remarks.notes() }
}

/** Marks what the ledger knows. */
export function judgeFindings(
  findings: readonly UnjudgedFinding[],
  known: ReadonlyMap<string, FirstRecord>,
): readonly (Finding & Pick<UnjudgedFinding, 'position'>)[] {
  return findings.map((finding) => {
    const firstRecorded = known.get(finding.id)
    return firstRecorded === undefined ? { ...finding, isNew: true } : { ...finding, isNew: false, firstRecorded }
  })
}

/**
 * One line for each field of a mapping and each reason, with its count: a missing column says itself once, not per row.
 * Cells that are empty or name nobody in particular are how some callers look (a managed identity has no address), so they
 * are noted; what the mapping gets wrong is a warning. An empty field beside a filled one that identifies the entity (a
 * service principal has an object id, but no name) stays with the finding and is not even noted.
 */
function remarkProblems(rule: Rule, findings: readonly UnjudgedFinding[], remarks: Remarks): void {
  const counts = new Map<string, { problem: EntityProblem; count: number }>()
  for (const problem of findings.flatMap(problemsThatLose)) {
    const key = `${problem.mapping}.${problem.identifier}.${problem.reason}`
    const entry = counts.get(key) ?? { problem, count: 0 }
    counts.set(key, { problem, count: entry.count + 1 })
  }
  for (const { problem, count } of counts.values()) {
    const place = rule.source.span(`entityMappings.${problem.mapping}`)
    const text = `${place.file}:${place.line}: ${describe(problem, `${count} of ${findings.length} findings`)}`
    if (problem.reason === 'empty-value' || problem.reason === 'generic-account-name') remarks.note(text)
    else remarks.warn(text)
  }
}

function problemsThatLose({ entities, entityProblems }: UnjudgedFinding): readonly EntityProblem[] {
  const made = new Set(entities.map((entity) => entity.mapping))
  return entityProblems.filter(({ reason, mapping }) => reason !== 'empty-value' || !made.has(mapping))
}

function describe({ entityType, identifier, columnName, reason }: EntityProblem, share: string): string {
  const name = `${entityType}.${identifier}`
  switch (reason) {
    case 'missing-column':
      return columnName === ''
        ? `the mapping of ${entityType} fills no identifier that it needs, such as ${identifier}`
        : `${name} is mapped to column "${columnName}", which the result does not have`
    case 'empty-value':
      return `${share} have no ${entityType} entity: ${name} is empty in column "${columnName}"`
    case 'unusable-value':
      return `${name} cannot be read from column "${columnName}" for ${share}: a list, a bag or no address`
    case 'generic-account-name':
      return `${name} is a generic account name in column "${columnName}" for ${share}; such accounts are dropped, as Sentinel does`
  }
}
