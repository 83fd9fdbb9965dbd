import type { RuleCheck } from './check.ts'

export const olderIncidentName: RuleCheck = {
  id: 'older-incident-name',
  stage: 'rule',
  summary: 'The incident configuration uses today’s names.',
  why: 'entitiesMatchingMethod, reopenClosedIncidents and groupBy are of older API versions, which are gone. They are understood.',
  severity: { strict: 'error', lenient: 'info' },
  fails: {
    keys: 'incidentConfiguration:\n  createIncident: true\n  groupingConfiguration:\n    enabled: true\n    reopenClosedIncident: false\n    lookbackDuration: 5h\n    entitiesMatchingMethod: AllEntities',
  },
  passes: {
    keys: 'incidentConfiguration:\n  createIncident: true\n  groupingConfiguration:\n    enabled: true\n    reopenClosedIncident: false\n    lookbackDuration: 5h\n    matchingMethod: AllEntities',
  },
  run({ incident }) {
    return (incident.grouping?.olderNames ?? []).map(({ entry, name }) => ({
      at: { kind: 'text', start: entry.keyStart, end: entry.keyEnd },
      message: `${entry.key} is an older name; read as ${name}`,
      hint: `write ${name}`,
    }))
  },
}
