import { LIMITS, GROUPING_ALERT_DETAILS } from '../facts/limits.ts'
import { atKey, atPath } from '../problem.ts'
import type { Problem } from '../problem.ts'
import { ENTITY_TYPE_NAMES } from '../read/entities.ts'
import { MATCHING_METHODS } from '../read/incident.ts'
import type { GroupingRead } from '../read/incident.ts'
import type { RuleDraft } from '../read/rule-draft.ts'
import { choiceProblems, suggestion } from '../wording.ts'
import type { RuleCheck } from './check.ts'
import { boundsProblems } from './schedule-bounds.ts'
import { switchProblems } from './suppression.ts'

const REQUIRED = ['enabled', 'reopenClosedIncident', 'lookbackDuration', 'matchingMethod']

export const incidentConfiguration: RuleCheck = {
  id: 'incident-configuration',
  stage: 'rule',
  summary: 'The incident configuration is complete and groups by what the rule maps.',
  why: 'Sentinel refuses half a configuration; grouping by an entity that the rule does not map puts every alert into an incident of its own, or all into one.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: {
    keys: 'incidentConfiguration:\n  createIncident: true\n  groupingConfiguration:\n    matchingMethod: Selected',
  },
  passes: {
    keys: 'incidentConfiguration:\n  createIncident: true\n  groupingConfiguration:\n    enabled: true\n    reopenClosedIncident: false\n    lookbackDuration: 5h\n    matchingMethod: AllEntities',
  },
  run(draft) {
    const { isPresent, createIncident, grouping } = draft.incident
    if (!isPresent) return []
    const problems: Problem[] = []
    problems.push(...switchProblems(createIncident))
    if (createIncident.text === undefined) {
      const message = 'incidentConfiguration does not say createIncident: true or false; true is assumed'
      problems.push({ at: atKey('incidentConfiguration'), message, hint: 'add "createIncident: true"' })
    }
    return grouping === undefined ? problems : [...problems, ...groupingProblems(grouping, draft)]
  },
}

function groupingProblems(grouping: GroupingRead, draft: RuleDraft): readonly Problem[] {
  const missing = REQUIRED.filter((key) => !grouping.given.has(key))
  const incomplete: Problem[] =
    missing.length === 0
      ? []
      : [
          {
            at: atKey(grouping.path),
            message: `groupingConfiguration lacks ${missing.join(', ')}`,
            hint: 'add what is missing',
          },
        ]
  return [
    ...incomplete,
    ...switchProblems(grouping.enabled),
    ...switchProblems(grouping.reopenClosedIncident),
    ...choiceProblems(grouping.matchingMethod, 'the matching method', MATCHING_METHODS, '; AllEntities is assumed'),
    ...boundsProblems(grouping.lookbackDuration, 'lookbackDuration', LIMITS.lookback),
    ...selectedProblems(grouping),
    ...grouping.groupByEntities.flatMap((read) =>
      choiceProblems(read, 'the entity type', ENTITY_TYPE_NAMES, '; left out'),
    ),
    ...grouping.groupByAlertDetails.flatMap((read) => {
      return choiceProblems(read, 'the alert detail', GROUPING_ALERT_DETAILS, '; left out')
    }),
    ...unmappedProblems(grouping, draft),
  ]
}

function selectedProblems({
  matchingMethod,
  groupByEntities,
  groupByAlertDetails,
  groupByCustomDetails,
  path,
}: GroupingRead) {
  const selected = groupByEntities.length + groupByAlertDetails.length + groupByCustomDetails.length
  if (matchingMethod.value !== 'Selected' || selected > 0) return []
  const message = 'the matching method is Selected, but nothing is selected'
  return [{ at: atKey(path), message, hint: 'fill groupByEntities, groupByAlertDetails or groupByCustomDetails' }]
}

/** What the grouping names must be there to be compared. */
function unmappedProblems(grouping: GroupingRead, draft: RuleDraft): readonly Problem[] {
  const types = draft.entityMappings.flatMap(({ entityType }) => entityType.value ?? [])
  const details = draft.customDetails.map(({ key }) => key)
  const entities = grouping.groupByEntities.flatMap(({ value, path }): Problem[] => {
    if (value === undefined || types.includes(value) || draft.sentinelEntityColumns.length > 0) return []
    const message = `incidents are grouped by ${value}, which the rule does not map`
    return [
      {
        at: atPath(path),
        message,
        hint: types.length === 0 ? 'add an entity mapping' : suggestion(value, [...new Set(types)], 'mapped'),
      },
    ]
  })
  const custom = grouping.groupByCustomDetails.flatMap(({ value, path }): Problem[] => {
    if (value === undefined || details.includes(value)) return []
    const message = `incidents are grouped by the custom detail "${value}", which the rule does not have`
    return [
      {
        at: atPath(path),
        message,
        hint: details.length === 0 ? 'add customDetails' : suggestion(value, details, 'custom details'),
      },
    ]
  })
  return [...entities, ...custom]
}
