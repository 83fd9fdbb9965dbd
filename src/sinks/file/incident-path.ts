import type { Incident } from '../../domain/run.ts'
import { slugOf } from '../../text/file-name.ts'
import { formatInstant } from '../../time/instant.ts'

/**
 * Where an incident's file stands: `2026-03-02/rare-run-command-script--<incident id>.json`, by the day (UTC) of its
 * first alert and the rule's name, none of which changes while the incident grows.
 */
export function incidentPath(incident: Incident): readonly [folder: string, name: string] {
  const day = formatInstant(incident.alerts[0]?.raisedAt ?? incident.openedAt).slice(0, 10)
  return [day, `${slugOf(incident.ruleName)}--${incident.id}.json`]
}
