import type { RuleFacts } from '../domain/report.ts'
import { isTimed } from '../domain/rule.ts'
import type { Rule, Severity } from '../domain/rule.ts'
import { frequencyOf, periodOf } from '../time/rule-times.ts'
import { optionalDuration, textIn } from './database.ts'
import type { Database } from './database.ts'

/** Keeps what a rule that runs says of itself; a version that is known changes nothing. */
export function keepRuleFacts(database: Database, rule: Rule): void {
  const frequency = isTimed(rule) ? frequencyOf(rule) : undefined
  database.run(
    `INSERT INTO rule_facts (rule_id, rule_sha256, kind, severity, tactics, techniques, query_frequency, query_period)
     VALUES (:rule, :sha256, :kind, :severity, :tactics, :techniques, :frequency, :period) ON CONFLICT DO NOTHING`,
    {
      rule: rule.id,
      sha256: rule.source.sha256,
      kind: rule.kind,
      severity: rule.severity ?? null,
      tactics: JSON.stringify(rule.tactics),
      techniques: JSON.stringify(rule.techniques),
      frequency: frequency ?? null,
      period: isTimed(rule) ? periodOf(rule) : null,
    },
  )
}

export function ruleFacts(database: Database): readonly RuleFacts[] {
  return database.all('SELECT * FROM rule_facts ORDER BY rule_id, rule_sha256').map((row) => ({
    ruleId: textIn(row, 'rule_id'),
    sha256: textIn(row, 'rule_sha256'),
    kind: textIn(row, 'kind') as Rule['kind'],
    severity: row['severity'] === null ? undefined : (textIn(row, 'severity') as Severity),
    tactics: JSON.parse(textIn(row, 'tactics')) as readonly string[],
    techniques: JSON.parse(textIn(row, 'techniques')) as readonly string[],
    queryFrequency: optionalDuration(row, 'query_frequency'),
    queryPeriod: optionalDuration(row, 'query_period'),
  }))
}
