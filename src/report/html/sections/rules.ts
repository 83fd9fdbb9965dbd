import { gravity } from '../../model/common.ts'
import type { Health, Hole, Report, ReportedRule } from '../../model/report.ts'
import { coverageRibbon } from '../charts/ribbons.ts'
import { clockfaceOf, count, HOLE_WORDS, percent, roughly, spanWords } from '../../formats/words.ts'
import type { Clockface } from '../../formats/words.ts'
import { markup } from '../markup.ts'
import type { Html, Insertable } from '../markup.ts'
import { dataTable, deltaOf, section, severityBadge } from './parts.ts'

export function ruleSection(report: Report): Html {
  const { rules } = report
  const delta = deltaOf(report)
  const state = ({ conditions, runs }: ReportedRule): Insertable =>
    conditions.length > 0
      ? conditions.map((each) => markup`<span class="badge badge-look">${each}</span> `)
      : runs === 0
        ? 'did not run'
        : 'well'
  const table = dataTable<ReportedRule>({
    id: 'rule-table',
    nouns: ['rule', 'rules'],
    rows: rules,
    empty: 'No rule ran.',
    rowAttributes: ({ ruleId, techniques }) => markup` data-words="${[ruleId, ...techniques].join(' ')}"`,
    columns: [
      {
        title: 'Rule',
        cell: ({ ruleName, workspace }) =>
          markup`<span class="title">${ruleName}</span><span class="below">${workspace}</span>`,
        sortBy: ({ ruleName }) => ruleName,
      },
      {
        title: 'Severity',
        cell: ({ kind, severity }) => (kind !== undefined && severity === undefined ? 'none' : severityBadge(severity)),
        sortBy: ({ severity }) => gravity(severity),
      },
      { title: 'State', cell: state, sortBy: ({ conditions }) => conditions.join(' ') },
      { title: 'Runs', kind: 'number', cell: ({ runs }) => runs },
      { title: 'Failed', kind: 'number', cell: ({ failed, partial }) => failed + partial },
      { title: 'Rows', kind: 'number', cell: ({ rows }) => rows },
      {
        title: 'New findings',
        kind: 'number',
        cell: ({ findings, findingsBefore }) => [findings, ' ', delta(findings, findingsBefore)],
        sortBy: ({ findings }) => findings,
      },
      {
        title: 'Alerts',
        kind: 'number',
        cell: ({ alerts, alertsBefore }) => [alerts, ' ', delta(alerts, alertsBefore)],
        sortBy: ({ alerts }) => alerts,
      },
      { title: 'Incidents', kind: 'number', cell: ({ incidents }) => incidents },
      {
        title: 'Slowest query',
        kind: 'number',
        cell: ({ slowest }) => (slowest === 0 ? '' : roughly(slowest)),
        sortBy: ({ slowest }) => slowest,
      },
    ],
  })
  return section('rules', 'Rules', table)
}

export function coverageSection(report: Report): Html {
  const { coverage, timeZone } = report
  const clock = clockfaceOf(timeZone)
  const table = dataTable({
    id: 'coverage-table',
    nouns: ['rule', 'rules'],
    rows: coverage.pairs,
    empty: 'Nothing is scheduled, so nothing is proven to be searched. hunt schedule or hunt run --due does that.',
    columns: [
      {
        title: 'Rule',
        cell: ({ ruleName, workspace }) =>
          markup`<span class="title">${ruleName}</span><span class="below">${workspace}</span>`,
        sortBy: ({ ruleName }) => ruleName,
      },
      {
        title: 'Searched',
        kind: 'number',
        cell: ({ share }) => (share === undefined ? '–' : percent(share)),
        sortBy: ({ share }) => share ?? 2,
      },
      { title: 'The period', cell: (pair) => coverageRibbon(pair, report), sortBy: ({ holes }) => holes.length },
      {
        title: 'Not searched',
        cell: ({ holes }) => (holes.length === 0 ? '' : holeList(holes, clock)),
        sortBy: ({ holes }) => holes.filter(({ isWorrying }) => isWorrying).length,
      },
    ],
  })
  const chosen =
    coverage.chosenOnly.length === 0
      ? undefined
      : markup`<p class="note">${count(coverage.chosenOnly.length, 'rule')} ran by hand only, which is no coverage.</p>`
  return section(
    'coverage',
    'Coverage',
    markup`${table}${chosen}`,
    coverage.share === undefined
      ? undefined
      : markup`${percent(coverage.share)} of what was due has been searched. A dark piece was not, and somebody should
        know why; a pale one had not to be.`,
  )
}

function holeList(holes: readonly Hole[], clock: Clockface): Html {
  const shown = holes.slice(0, MOST_HOLES)
  const items = shown.map(({ window, reason, error, isWorrying, isAcknowledged }) => {
    const why = `${HOLE_WORDS[reason]}${isAcknowledged ? ' (acknowledged)' : ''}`
    const failure = error === undefined ? undefined : markup`<span class="below">${error.code}: ${error.message}</span>`
    return markup`<li class="${isWorrying ? 'hole' : 'hole calm'}">${spanWords(window, clock)}: ${why}${failure}</li>`
  })
  const left = holes.length - shown.length
  return markup`<ul class="holes">
    ${items}${left > 0 ? markup`<li class="calm">and ${left} more, which coverage.csv has</li>` : undefined}
  </ul>`
}

export function healthSection({ health, timeZone }: Report): Html {
  const { minute } = clockfaceOf(timeZone)
  const groups = [
    group(
      'Failing',
      'fails or failed in this period',
      health.failing,
      ({ ruleName, workspace, since, failedRuns, error, isNew }) =>
        markup`${name(ruleName, workspace)}${isNew ? markup` <span class="badge badge-new">new</span>` : undefined}<span
            class="below"
            >${since === undefined ? `${count(failedRuns, 'failed run')}, recovered` : `since ${minute(since)}`} ·
            ${error.code}: ${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}</span
          >`,
    ),
    group(
      'Broken files',
      'the last good version runs',
      health.broken,
      ({ file, since }) => markup`<span class="title">${file}</span><span class="below">since ${minute(since)}</span>`,
    ),
    group(
      'Silent',
      'no row for two weeks, or no run at all',
      health.silent,
      (rule) => markup`${name(rule.ruleName, rule.workspace)}<span class="below">${silentWords(rule, minute)}</span>`,
    ),
    group(
      'Noisy',
      'too much to be read',
      health.noisy,
      ({ ruleName, workspace, because }) => markup`${name(ruleName, workspace)}<span class="below">${because}</span>`,
    ),
  ]
  return section('health', 'Rules that need a look', markup`<div class="groups">${groups}</div>`)
}

function silentWords(
  { kind, since, completeRuns, warnings }: Health['silent'][number],
  minute: (at: typeof since) => string,
): string {
  if (kind === 'never ran') return `never ran, scheduled since ${minute(since)}`
  const why = warnings.length === 0 ? '' : `: ${warnings.join('; ')}`
  return `no row since ${minute(since)}, in ${count(completeRuns, 'complete run')}${why}`
}

function name(ruleName: string, workspace: string): Html {
  return markup`<span class="title">${ruleName}</span> <span class="kind">${workspace}</span>`
}

const MOST_ITEMS = 40
const MOST_HOLES = 12

function group<T>(title: string, what: string, items: readonly T[], itemOf: (item: T) => Html): Html {
  const shown = items.slice(0, MOST_ITEMS)
  const left = items.length - shown.length
  const list =
    items.length === 0
      ? markup`<p class="empty">None.</p>`
      : markup`<ul class="items">
          ${shown.map((item) => markup`<li>${itemOf(item)}</li>`)}
        </ul>`
  return markup`<div class="group">
    <h3>${title} <span class="number-of">${items.length}</span></h3>
    <p class="lead">${what}</p>
    ${list}${left > 0 ? markup`<p class="note">and ${left} more, which report.json has</p>` : undefined}
  </div>`
}

export function hiddenSection({ hidden, timeZone }: Report): Html {
  const { minute } = clockfaceOf(timeZone)
  const table = dataTable({
    id: 'hidden-table',
    nouns: ['exclusion', 'exclusions'],
    rows: hidden,
    empty: 'Nothing: no exclusion hid a row, and none is broken.',
    columns: [
      {
        title: 'Exclusion',
        cell: ({ name: own, when }) => markup`<span class="title">${own}</span><code class="below">${when}</code>`,
        sortBy: ({ name: own }) => own,
      },
      {
        title: 'Rule',
        cell: ({ ruleName, workspace }) => markup`${ruleName}<span class="below">${workspace}</span>`,
        sortBy: ({ ruleName }) => ruleName,
      },
      { title: 'Rows', kind: 'number', cell: ({ rows }) => rows },
      { title: 'Runs', kind: 'number', cell: ({ runs }) => runs },
      { title: 'Owner', cell: ({ owner }) => owner },
      {
        title: 'Reason',
        cell: ({ reason, fault }) =>
          markup`${reason}${fault === undefined ? undefined : markup`<span class="below"><span class="badge badge-look">hides nothing</span> ${fault}</span>`}`,
        sortBy: ({ reason }) => reason,
      },
      {
        title: 'Expires',
        cell: ({ expires }) => (expires === undefined ? 'never' : markup`<time>${minute(expires)}</time>`),
        sortBy: ({ expires }) => expires ?? Number.MAX_SAFE_INTEGER,
      },
    ],
  })
  const lead = 'Rows that exclusions kept from findings, alerts and incidents. They are in the files of their runs.'
  return section('hidden', 'What exclusions hid', table, lead)
}

export function lateSection({ late, timeZone }: Report): Html {
  const { minute } = clockfaceOf(timeZone)
  const groups = [
    group(
      'Alerts',
      'of before the period, which came in it',
      late.alerts,
      ({ title, raisedAt, recordedAt, severity }) =>
        markup`${severityBadge(severity)} <span class="title">${title}</span
          ><span class="below">of ${minute(raisedAt)}, came ${minute(recordedAt)}</span>`,
    ),
    group(
      'Slots',
      'searched more than an hour after their time',
      late.runs,
      ({ ruleName, workspace, count: slots, worst }) =>
        markup`${name(ruleName, workspace)}<span class="below"
            >${count(slots, 'slot')}, up to ${roughly(worst)} late</span
          >`,
    ),
    group(
      'Records',
      'found when the past was searched again',
      late.reconciled,
      ({ ruleName, workspace, findings }) =>
        markup`${name(ruleName, workspace)}<span class="below">${count(findings, 'finding')}</span>`,
    ),
    group(
      'Deliveries',
      'that a sink has not taken',
      late.deliveries,
      ({ sink, waiting, dead, oldest, error }) =>
        markup`<span class="title">${sink}</span
          ><span class="below"
            >${waiting} waiting, ${dead} given
            up${oldest === undefined ? '' : `, oldest of ${minute(oldest)}`}${error === undefined ? '' : ` · ${error.message}`}</span
          >`,
    ),
  ]
  return section('late', 'What was late', markup`<div class="groups">${groups}</div>`)
}
