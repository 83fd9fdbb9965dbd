import { markdownSafe as safe } from '../../text/markdown.ts'
import type { EntityName, Report } from '../model/report.ts'
import { change, clockfaceOf, count, HOLE_WORDS, percent, periodTitle, roughly, spanWords } from './words.ts'

/** Rows of a table; a chat or a ticket takes no more. The other formats have all. */
const MOST_ROWS = 50

/** The report as text for a ticket, a chat, a wiki: Markdown with tables of GitHub's form. */
export function reportMarkdown(report: Report): string {
  const { period, timeZone, madeAt, version } = report
  const clock = clockfaceOf(timeZone)
  const blocks = [
    `# Hunt report: ${safe(periodTitle(report))}`,
    `Times are in ${safe(timeZone)}. Made ${clock.minute(madeAt)} by hunt ${safe(version)}; compared with ${clock.minute(report.before.start)} to ${clock.minute(period.start)}.`,
    ...report.remarks.map((remark) => `> ${safe(remark)}`),
    ...overview(report),
    ...incidents(report),
    ...rules(report),
    ...entities(report),
    ...coverage(report),
    ...health(report),
    ...hidden(report),
    ...silences(report),
    ...late(report),
    ...attack(report),
  ]
  return `${blocks.join('\n\n')}\n`
}

function overview({ totals, totalsBefore, severities }: Report): readonly string[] {
  const facts = [
    `${count(totals.incidents, 'incident')} opened (${change(totals.incidents, totalsBefore.incidents)})`,
    `${count(totals.alerts, 'alert')} (${change(totals.alerts, totalsBefore.alerts)})`,
    `${count(totals.findings, 'new finding')} (${change(totals.findings, totalsBefore.findings)})`,
    `${count(totals.runs, 'run')}, ${totals.failedRuns} of them failed or partial`,
  ]
  const rows = severities.map((each) => [
    each.severity,
    String(each.incidents),
    change(each.incidents, each.incidentsBefore),
    String(each.alerts),
    String(each.findings),
    String(each.open),
  ])
  return [
    facts.map((fact) => `- ${fact}`).join('\n'),
    ...table(['Severity', 'Incidents', 'Change', 'Alerts', 'New findings', 'Open now'], rows),
  ]
}

function incidents({ incidents: all, timeZone }: Report): readonly string[] {
  const { minute } = clockfaceOf(timeZone)
  const rows = all.map((each) => [
    each.severity,
    safe(each.title),
    each.change,
    safe(each.workspace),
    String(each.alerts),
    minute(each.lastActivity),
    entityNames(each.entities),
    each.id.slice(0, 8),
  ])
  return [
    '## Incidents',
    ...table(['Severity', 'Title', 'Change', 'Workspace', 'Alerts', 'Last activity', 'Entities', 'Id'], rows),
  ]
}

function entityNames(entities: readonly EntityName[]): string {
  const shown = entities.slice(0, 4).map(({ type, label }) => `${safe(type)}: ${safe(label)}`)
  return [...shown, ...(entities.length > 4 ? [`and ${entities.length - 4} more`] : [])].join(', ')
}

function rules({ rules: all }: Report): readonly string[] {
  const rows = all.map((each) => [
    safe(each.ruleName),
    safe(each.workspace),
    each.severity ?? '',
    String(each.runs),
    String(each.failed + each.partial),
    String(each.findings),
    `${each.alerts} (${change(each.alerts, each.alertsBefore)})`,
    each.conditions.join(', '),
  ])
  return [
    '## Rules',
    ...table(['Rule', 'Workspace', 'Severity', 'Runs', 'Failed', 'New findings', 'Alerts', 'State'], rows),
  ]
}

function entities({ entities: all }: Report): readonly string[] {
  const rows = all.map((each) => [
    safe(each.type),
    safe(each.label),
    each.severity,
    String(each.alerts),
    String(each.incidents.length),
    each.isNew ? 'new' : '',
  ])
  return ['## Entities', ...table(['Type', 'Entity', 'Severity', 'Alerts', 'Incidents', ''], rows)]
}

function coverage({ coverage: { share, pairs, chosenOnly }, timeZone }: Report): readonly string[] {
  const clock = clockfaceOf(timeZone)
  const holes = pairs.flatMap(({ ruleName, workspace, holes: own }) =>
    own
      .filter(({ isWorrying }) => isWorrying)
      .map((hole) => [
        safe(ruleName),
        safe(workspace),
        spanWords(hole.window, clock),
        HOLE_WORDS[hole.reason],
        safe(hole.error?.message ?? ''),
      ]),
  )
  const said =
    share === undefined
      ? 'Nothing is scheduled.'
      : `${percent(share)} of what was due has been searched, over ${count(pairs.length, 'pair')} of rule and workspace.`
  const byHand =
    chosenOnly.length === 0 ? [] : [`${count(chosenOnly.length, 'rule')} ran by hand only, which is no coverage.`]
  return [
    '## Coverage',
    [said, ...byHand].join(' '),
    ...(pairs.length === 0 ? [] : table(['Rule', 'Workspace', 'Not searched', 'Why', 'Error'], holes, 'No gap.')),
  ]
}

function health({ health: { failing, silent, noisy, broken }, timeZone }: Report): readonly string[] {
  const { minute } = clockfaceOf(timeZone)
  const lines = [
    ...failing.map(
      ({ ruleName, workspace, since, error, failedRuns }) =>
        `**Failing**: ${safe(ruleName)} on ${safe(workspace)}, ${since === undefined ? `${count(failedRuns, 'failed run')}, recovered` : `since ${minute(since)}`}: ${safe(error.message)}`,
    ),
    ...broken.map(
      ({ file, since }) => `**Broken file**: ${safe(file)} since ${minute(since)}; its last good version runs`,
    ),
    ...silent.map(({ ruleName, workspace, kind, since, warnings }) =>
      kind === 'never ran'
        ? `**Never ran**: ${safe(ruleName)} on ${safe(workspace)}, scheduled since ${minute(since)}`
        : `**Silent**: ${safe(ruleName)} on ${safe(workspace)}, no row since ${minute(since)}${warnings.length === 0 ? '' : `: ${safe(warnings.join('; '))}`}`,
    ),
    ...noisy.map(
      ({ ruleName, workspace, because }) => `**Noisy**: ${safe(ruleName)} on ${safe(workspace)}: ${because}`,
    ),
  ]
  return ['## Rules that need a look', lines.length === 0 ? 'None.' : lines.map((line) => `- ${line}`).join('\n')]
}

function hidden({ hidden: all, timeZone }: Report): readonly string[] {
  const { minute } = clockfaceOf(timeZone)
  const rows = all.map(({ name, ruleName, workspace, rows: number, owner, reason, expires, fault }) => [
    safe(name),
    safe(ruleName),
    safe(workspace),
    String(number),
    safe(owner),
    safe(reason),
    expires === undefined ? 'never' : minute(expires),
    safe(fault ?? ''),
  ])
  const head = ['Exclusion', 'Rule', 'Workspace', 'Rows', 'Owner', 'Reason', 'Expires', 'Fault']
  return ['## What exclusions hid', ...table(head, rows, 'Nothing.')]
}

function silences({ silences: all, timeZone }: Report): readonly string[] {
  const { minute } = clockfaceOf(timeZone)
  const rows = all.map(({ id, what, incidents: held, since, until, author, reason, toldAt }) => [
    String(id),
    safe(what),
    [
      String(held.length),
      ...held
        .slice(0, 4)
        .map(({ severity, title, incidentId }) => `${severity}: ${safe(title)} (${incidentId.slice(0, 8)})`),
      ...(held.length > 4 ? [`and ${held.length - 4} more`] : []),
    ].join('; '),
    `${minute(since)} to ${minute(until)}`,
    safe(author),
    safe(reason),
    toldAt === undefined ? 'no' : minute(toldAt),
  ])
  const head = ['No', 'Silent', 'Held back', 'From to', 'By', 'Reason', 'Told']
  return ['## What silences held back', ...table(head, rows, 'Nothing.')]
}

function late({ late: { alerts, runs, reconciled, deliveries }, timeZone }: Report): readonly string[] {
  const { minute } = clockfaceOf(timeZone)
  const lines = [
    ...(alerts.length === 0 ? [] : [`${count(alerts.length, 'alert')} of before the period came in it`]),
    ...runs.map(
      ({ ruleName, workspace, count: number, worst }) =>
        `${safe(ruleName)} on ${safe(workspace)}: ${count(number, 'slot')} searched late, up to ${roughly(worst)}`,
    ),
    ...reconciled.map(
      ({ ruleName, workspace, findings }) =>
        `${safe(ruleName)} on ${safe(workspace)}: ${count(findings, 'finding')} in records that arrived late`,
    ),
    ...deliveries.map(
      ({ sink, waiting, dead, oldest, error }) =>
        `Sink ${safe(sink)}: ${waiting} waiting, ${dead} dead${oldest === undefined ? '' : `, oldest of ${minute(oldest)}`}${error === undefined ? '' : `: ${safe(error.message)}`}`,
    ),
  ]
  return ['## What was late', lines.length === 0 ? 'Nothing.' : lines.map((line) => `- ${line}`).join('\n')]
}

function attack({ attack: { tactics, withoutTechnique } }: Report): readonly string[] {
  const rows = tactics.map(({ tactic, known, techniques }) => {
    const ran = techniques.filter(({ rules: own }) => own.length > 0)
    return [tactic, String(known), ran.map(({ id }) => safe(id)).join(', ')]
  })
  const without =
    withoutTechnique.length === 0
      ? []
      : [`${count(withoutTechnique.length, 'rule that ran names', 'rules that ran name')} no technique.`]
  return [
    '## ATT&CK techniques with a rule that ran',
    ...table(['Tactic', 'Techniques in ATT&CK', 'With a rule that ran'], rows),
    ...without,
  ]
}

function table(head: readonly string[], rows: readonly (readonly string[])[], empty = 'None.'): readonly string[] {
  if (rows.length === 0) return [empty]
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const shown = rows.slice(0, MOST_ROWS)
  const text = [line(head), line(head.map(() => '---')), ...shown.map(line)].join('\n')
  return rows.length > shown.length
    ? [text, `…and ${rows.length - shown.length} more, which the other formats have.`]
    : [text]
}
