import { isTimed } from '../../domain/rule.ts'
import type { Rule } from '../../domain/rule.ts'
import { toIsoDuration } from '../../time/duration.ts'
import { frequencyOf, periodOf } from '../../time/rule-times.ts'

/** A rule in the documents of `list --json` and `show --json`; durations are ISO 8601, what does not apply is null. */
export function ruleJson(rule: Rule): Readonly<Record<string, unknown>> {
  return {
    id: rule.id,
    name: rule.name,
    kind: rule.kind,
    severity: rule.severity ?? null,
    file: rule.source.file,
    sha256: rule.source.sha256,
    version: rule.version ?? null,
    tactics: rule.tactics,
    techniques: rule.techniques,
    tags: rule.tags,
    requiredTables: rule.requiredTables,
    schedule: scheduleJson(rule),
  }
}

function scheduleJson(rule: Rule): unknown {
  if (!isTimed(rule)) return null
  const { cron } = rule.scheduling
  const frequency = frequencyOf(rule)
  return {
    queryFrequency: frequency === undefined ? null : toIsoDuration(frequency),
    queryPeriod: toIsoDuration(periodOf(rule)),
    ...(cron === undefined ? {} : { cron: cron.expression, timezone: cron.timezone }),
    ...(rule.kind === 'Hunting' ? {} : { trigger: rule.trigger, enabled: rule.enabled }),
  }
}

/** The whole rule, for `show --json`. */
export function fullRuleJson(rule: Rule): Readonly<Record<string, unknown>> {
  const alerting =
    rule.kind === 'Hunting'
      ? {}
      : {
          eventGrouping: rule.eventGrouping,
          alertDetailsOverride: rule.alertDetailsOverride ?? null,
          suppression: { enabled: rule.suppression.enabled, duration: toIsoDuration(rule.suppression.duration) },
          incidentConfiguration: {
            createIncident: rule.incidentConfiguration.createIncident,
            grouping: {
              ...rule.incidentConfiguration.grouping,
              lookbackDuration: toIsoDuration(rule.incidentConfiguration.grouping.lookbackDuration),
            },
          },
        }
  return {
    ...ruleJson(rule),
    description: rule.description,
    query: rule.query,
    entityMappings: rule.entityMappings,
    sentinelEntityColumns: rule.sentinelEntityColumns,
    customDetails: rule.customDetails,
    identityColumns: rule.identityColumns,
    timeout: rule.timeout === undefined ? null : toIsoDuration(rule.timeout),
    ...alerting,
  }
}
