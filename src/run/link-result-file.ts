import type { WrittenFiles } from '../domain/ports.ts'
import type { Alert, Incident, RunOutcome } from '../domain/run.ts'

/** The outcome with alerts that name the file of their rows, also where they stand in an incident: the JSON file, if any. */
export function linkResultFile(outcome: RunOutcome, files: WrittenFiles): RunOutcome {
  const resultFile = files.paths.find((path) => path.endsWith('.json')) ?? files.paths[0]
  if (resultFile === undefined || outcome.alerts.length === 0) return outcome
  const made = new Set(outcome.alerts.map(({ id }) => id))
  const linked = (alert: Alert): Alert => (made.has(alert.id) ? { ...alert, resultFile } : alert)
  const withLinks = (incident: Incident): Incident => ({ ...incident, alerts: incident.alerts.map(linked) })
  return {
    ...outcome,
    alerts: outcome.alerts.map(linked),
    opened: outcome.opened.map(withLinks),
    updated: outcome.updated.map(withLinks),
  }
}
