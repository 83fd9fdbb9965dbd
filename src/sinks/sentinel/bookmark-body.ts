import type { Entity } from '../../domain/entity.ts'
import type { Alert, Incident } from '../../domain/run.ts'
import { formatInstant } from '../../time/instant.ts'
import { short } from '../common/short.ts'

/** Mappings of a bookmark and identifiers of each; the limits of rules (contract B6) hold here too, as far as is known. */
const MOST_ENTITIES = 50
const MOST_IDENTIFIERS = 3

/** Not among the types of the REST interface (contract, notes of C). */
const UNKNOWN_TYPES: readonly string[] = ['IoTDevice']

/** An alert's evidence as a bookmark with entities (`shared/reference/azure-contract.md` D4). */
export function bookmarkOf(incident: Incident, alert: Alert): object {
  return {
    properties: {
      displayName: short(alert.title.trim() === '' ? incident.ruleName : alert.title, 256),
      query: incident.rule?.query ?? `// ${incident.ruleName}: its text was not kept`,
      notes: short(alert.description, 4000),
      labels: ['hunt'],
      queryResult: JSON.stringify({ alertId: alert.id, resultFile: alert.resultFile ?? null, ...shortDetails(alert) }),
      eventTime: formatInstant(alert.firstActivity),
      queryStartTime: formatInstant(alert.window.start),
      queryEndTime: formatInstant(alert.window.end),
      created: formatInstant(alert.raisedAt),
      updated: formatInstant(alert.raisedAt),
      tactics: alert.tactics,
      // The field knows no sub-techniques (contract B5).
      techniques: [...new Set(alert.techniques.map((technique) => technique.slice(0, 5)))],
      entityMappings: alert.entities
        .filter(({ type }) => !UNKNOWN_TYPES.includes(type))
        .slice(0, MOST_ENTITIES)
        .map(mappingOf),
    },
  }
}

function shortDetails({ customDetails }: Alert): Readonly<Record<string, readonly string[]>> {
  const details = Object.entries(customDetails).slice(0, 20)
  return Object.fromEntries(
    details.map(([name, values]) => [name, values.slice(0, 50).map((value) => short(value, 200))]),
  )
}

function mappingOf({ type, identifiers }: Entity): object {
  const fields = Object.entries(identifiers).slice(0, MOST_IDENTIFIERS)
  return {
    entityType: type,
    fieldMappings: fields.map(([identifier, value]) => ({ identifier, value: short(value, 1000) })),
  }
}
