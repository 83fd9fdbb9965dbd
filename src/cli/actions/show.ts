import wrapAnsi from 'wrap-ansi'
import { EXIT } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import { isTimed } from '../../domain/rule.ts'
import type { Rule, TimedRule } from '../../domain/rule.ts'
import { terminalSafe, terminalSafeLines } from '../../text/terminal.ts'
import { formatDuration } from '../../time/duration.ts'
import { frequencyOf, periodOf } from '../../time/rule-times.ts'
import { defineAction } from '../command.ts'
import { isOn } from '../options.ts'
import { fullRuleJson } from '../print/rule-json.ts'
import { paintSeverity } from '../print/paint.ts'
import { findRules } from '../rule-folder.ts'
import type { Styles, Terminal } from '../terminal.ts'
import { countOf } from '../../text/count.ts'

interface ShowRequest {
  readonly selectors: readonly string[]
  readonly json: boolean
}

export const showAction = defineAction<ShowRequest>({
  parse: ({ args, options }) => ({ selectors: args, json: isOn(options, 'json') }),
  async run({ selectors, json }, context): Promise<ExitCode> {
    const { rules } = await findRules(selectors, context)
    const text = json
      ? JSON.stringify({ schemaVersion: 1, rules: rules.map(fullRuleJson) }, undefined, 2)
      : rules.map((rule) => describeRule(rule, context.outTerminal)).join('\n\n')
    await context.out.line(text)
    return EXIT.ok
  },
})

const LABEL_WIDTH = 14

function describeRule(rule: Rule, { styles, width }: Terminal): string {
  const line = (label: string, value: string): string => {
    const room = Math.max(20, (width ?? 100) - LABEL_WIDTH)
    const wrapped = wrapAnsi(value, room, { hard: true, trim: true }).split('\n')
    return wrapped
      .map((part, index) => `${styles.dim((index === 0 ? label : '').padEnd(LABEL_WIDTH))}${part}`)
      .join('\n')
  }
  const facts = ruleFacts(rule, styles).flatMap(([label, value]) => (value === '' ? [] : [line(label, value)]))
  const query = terminalSafeLines(rule.query.trimEnd())
    .split('\n')
    .map((text) => `  ${text}`.trimEnd())
  return [styles.bold(terminalSafe(rule.name)), ...facts, '', styles.dim('query'), ...query].join('\n')
}

function ruleFacts(rule: Rule, styles: Styles): readonly (readonly [label: string, value: string])[] {
  const list = (values: readonly string[]): string => values.map(terminalSafe).join(', ')
  return [
    ['id', rule.id],
    ['file', terminalSafe(rule.source.file)],
    ['kind', rule.kind],
    ['version', terminalSafe(rule.version ?? '')],
    ['severity', rule.severity === undefined ? '' : paintSeverity(rule.severity, styles)(rule.severity)],
    ['description', terminalSafe(rule.description.replace(/\s+/g, ' ').trim())],
    ...scheduleFacts(rule),
    ['tactics', list(rule.tactics)],
    ['techniques', list(rule.techniques)],
    ['tables', list(rule.requiredTables)],
    ...rule.entityMappings.map(({ entityType, fieldMappings }, index): readonly [string, string] => [
      index === 0 ? 'entities' : '',
      `${entityType}: ${list(fieldMappings.map(({ identifier, columnName }) => `${identifier} = ${columnName}`))}`,
    ]),
    ['', list(rule.sentinelEntityColumns)],
    ['details', list(Object.entries(rule.customDetails).map(([key, column]) => `${key} = ${column}`))],
    ['identity', list(rule.identityColumns)],
    ['timeout', rule.timeout === undefined ? '' : `${formatDuration(rule.timeout)} a query`],
    ['tags', list(rule.tags)],
  ]
}

const OPERATORS = { gt: 'more than', lt: 'fewer than', eq: 'exactly', ne: 'not' } as const

function scheduleFacts(rule: Rule): readonly (readonly [label: string, value: string])[] {
  if (!isTimed(rule)) return [['schedule', 'none: run ad hoc over a window of your choice']]
  if (rule.kind === 'Hunting') {
    return [
      ['schedule', scheduleText(rule)],
      ['alerts', 'none: what is new stands in the result files'],
    ]
  }
  const { createIncident, grouping } = rule.incidentConfiguration
  const { operator, threshold } = rule.trigger
  return [
    ['schedule', scheduleText(rule)],
    ['trigger', `${OPERATORS[operator]} ${countOf(threshold, 'row')}`],
    ['alerts', rule.eventGrouping === 'SingleAlert' ? 'one for all rows of a run' : 'one for each row'],
    ['suppression', rule.suppression.enabled ? formatDuration(rule.suppression.duration) : ''],
    ['incidents', createIncident ? incidentFact(grouping) : 'none'],
    ['state', rule.enabled ? '' : 'disabled'],
  ]
}

function scheduleText(rule: TimedRule): string {
  const { cron } = rule.scheduling
  const frequency = frequencyOf(rule)
  const when =
    frequency === undefined ? `at ${cron?.expression} (${cron?.timezone})` : `every ${formatDuration(frequency)}`
  return `${when} over ${formatDuration(periodOf(rule))}`
}

type Grouping = Extract<Rule, { kind: 'Scheduled' }>['incidentConfiguration']['grouping']

function incidentFact(grouping: Grouping): string {
  if (!grouping.enabled) return 'one for each alert'
  const within = `within ${formatDuration(grouping.lookbackDuration)}`
  if (grouping.matchingMethod === 'AnyAlert') return `all alerts ${within} in one`
  if (grouping.matchingMethod === 'AllEntities') return `alerts with the same entities ${within} in one`
  const keys = [...grouping.groupByEntities, ...grouping.groupByAlertDetails, ...grouping.groupByCustomDetails]
  return `alerts with the same ${keys.map(terminalSafe).join(', ')} ${within} in one`
}
