import { days, hours } from '../../src/time/duration.ts'
import type { HuntingQuery, RuleSource, ScheduledRule } from '../../src/domain/rule.ts'

function source(file: string): RuleSource {
  return {
    file,
    sha256: '0'.repeat(64),
    span: () => ({ file, line: 1, column: 1, length: 0 }),
    querySpan: (offset, length) => ({ file, line: 10, column: offset + 5, length }),
    line: () => '',
  }
}

const base = {
  description: 'Made for a test.',
  query: 'AzureActivity | where OperationNameValue has "runCommand"',
  tactics: ['Execution'],
  techniques: ['T1059'],
  entityMappings: [],
  sentinelEntityColumns: [],
  customDetails: {},
  version: '1.0.0',
  tags: [],
  requiredTables: ['AzureActivity'],
}

type Facts = { readonly id: string; readonly name: string; readonly file?: string }

export function huntingQuery({ id, name, file = 'queries/rule.yaml' }: Facts): HuntingQuery {
  return { ...base, kind: 'Hunting', id, name, severity: undefined, source: source(file) }
}

/** Every hour over a day, one alert for all rows, one incident for each alert. */
export function scheduledRule({
  id,
  name,
  file = 'queries/rule.yaml',
  ...rest
}: Facts & Partial<ScheduledRule>): ScheduledRule {
  return {
    ...base,
    kind: 'Scheduled',
    id,
    name,
    severity: 'Medium',
    trigger: { operator: 'gt', threshold: 0 },
    queryFrequency: hours(1),
    queryPeriod: days(1),
    eventGrouping: 'SingleAlert',
    alertDetailsOverride: undefined,
    suppression: { enabled: false, duration: hours(5) },
    incidentConfiguration: {
      createIncident: true,
      grouping: {
        enabled: false,
        reopenClosedIncident: false,
        lookbackDuration: hours(5),
        matchingMethod: 'AllEntities',
        groupByEntities: [],
        groupByAlertDetails: [],
        groupByCustomDetails: [],
      },
    },
    enabled: true,
    ...rest,
    source: source(file),
  }
}
