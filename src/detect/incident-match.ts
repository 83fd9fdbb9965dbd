import type { Entity } from '../domain/entity.ts'
import { SEVERITIES } from '../domain/rule.ts'
import type { Severity } from '../domain/rule.ts'
import type { IncidentHead } from '../domain/run.ts'
import { labelOf } from './entity-label.ts'
import { entityTest, parseSilenceEntity } from './silence-match.ts'

/** Which incidents somebody looks for; all that are given must hold. Case does not matter. */
export interface IncidentSearch {
  /** Beginning of the rule's id, or a part of its name. */
  readonly rule?: string
  /** This severity or a graver one. */
  readonly severity?: Severity
  /** `host:vm-1` or `ip:10.0.0.0/24` as silences name entities, else a part of whatever an entity is known by. */
  readonly entity?: string
}

/** @throws RangeError for an entity that names nothing */
export function incidentTest({ rule, severity, entity }: IncidentSearch): (incident: IncidentHead) => boolean {
  const least = severity === undefined ? 0 : SEVERITIES.indexOf(severity)
  const isNamed = rule === undefined ? undefined : ruleTest(rule)
  const isMeant = entity === undefined ? undefined : entitySearch(entity)
  return (incident) =>
    SEVERITIES.indexOf(incident.severity) >= least &&
    (isNamed === undefined || isNamed({ id: incident.ruleId, name: incident.ruleName })) &&
    (isMeant === undefined || incident.entities.some(isMeant))
}

/** Whether a rule is one of those that the text means: it may be several. */
export function ruleTest(text: string): (rule: { readonly id: string; readonly name: string }) => boolean {
  const wanted = text.trim().toLowerCase()
  return ({ id, name }) => id.toLowerCase().startsWith(wanted) || name.toLowerCase().includes(wanted)
}

function entitySearch(text: string): (entity: Entity) => boolean {
  const exact = parseSilenceEntity(text)
  if (exact !== undefined) return entityTest(exact)
  const wanted = text.trim().toLowerCase()
  return (entity) =>
    [labelOf(entity), ...Object.values(entity.identifiers)].some((known) => known.toLowerCase().includes(wanted))
}
