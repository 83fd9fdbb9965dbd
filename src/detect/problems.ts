import type { EntityProblem } from '../domain/entity.ts'
import type { Rule } from '../domain/rule.ts'
import type { Finding } from '../domain/run.ts'
import type { Remarks } from './remarks.ts'
import { countOf } from '../text/count.ts'

/** Counts what the mappings of a rule could not read. */
export interface ProblemCounter {
  add(finding: Pick<Finding, 'entities' | 'entityProblems'>): void
  /** @param findingCount of how many findings */
  remark(findingCount: number, remarks: Remarks): void
}

/**
 * One line for each field of a mapping and each reason, with its count: a missing column says itself once, not per row.
 * Cells that are empty or name nobody in particular are how some callers look (a managed identity has no address), so they
 * are noted; what the mapping gets wrong is a warning. An empty field beside a filled one that identifies the entity (a
 * service principal has an object id, but no name) stays with the finding and is not even noted.
 */
export function problemCounter(rule: Rule): ProblemCounter {
  const counts = new Map<string, { readonly problem: EntityProblem; count: number }>()
  return {
    add(finding) {
      for (const problem of problemsThatLose(finding)) {
        const key = `${problem.mapping}.${problem.identifier}.${problem.reason}`
        const entry = counts.get(key) ?? { problem, count: 0 }
        entry.count += 1
        counts.set(key, entry)
      }
    },
    remark(findingCount, remarks) {
      for (const { problem, count } of counts.values()) {
        const place = rule.source.span(`entityMappings.${problem.mapping}`)
        const text = `${place.file}:${place.line}: ${describe(problem, `${count} of ${countOf(findingCount, 'finding')}`)}`
        if (problem.reason === 'empty-value' || problem.reason === 'generic-account-name') remarks.note(text)
        else remarks.warn(text)
      }
    },
  }
}

function problemsThatLose({
  entities,
  entityProblems,
}: Pick<Finding, 'entities' | 'entityProblems'>): readonly EntityProblem[] {
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
      return `no ${entityType} entity for ${share}: ${name} is empty in column "${columnName}"`
    case 'unusable-value':
      return `${name} cannot be read from column "${columnName}" for ${share}: a list, a bag or no address`
    case 'generic-account-name':
      return `${name} is a generic account name in column "${columnName}" for ${share}; such accounts are dropped, as Sentinel does`
  }
}
