import type { HeldBack, Report } from '../../model/report.ts'
import { clockfaceOf, count } from '../../formats/words.ts'
import { markup } from '../markup.ts'
import type { Html } from '../markup.ts'
import { dataTable, section, severityBadge } from './parts.ts'

/** Incidents that a line names; report.json has all. */
const MOST_NAMED = 5

export function silenceSection({ silences, timeZone, madeAt }: Report): Html {
  const { minute } = clockfaceOf(timeZone)
  const table = dataTable<HeldBack>({
    id: 'silence-table',
    nouns: ['silence', 'silences'],
    rows: silences,
    empty: 'Nothing: no silence held in this period.',
    columns: [
      {
        title: 'Silent',
        cell: ({ id, what }) => markup`<span class="title">${what}</span><span class="below">silence ${id}</span>`,
        sortBy: ({ what }) => what,
      },
      {
        title: 'Held back',
        cell: ({ incidents }) => heldIncidents(incidents),
        sortBy: ({ incidents }) => incidents.length,
      },
      {
        title: 'Until',
        cell: ({ since, until }) =>
          markup`<time>${minute(until)}</time><span class="below">from <time>${minute(since)}</time></span>`,
        sortBy: ({ until }) => until,
      },
      {
        title: 'Reason',
        cell: ({ author, reason }) => markup`${reason}<span class="below">by ${author}</span>`,
        sortBy: ({ reason }) => reason,
      },
      {
        title: 'Told',
        cell: ({ toldAt, until }) =>
          toldAt === undefined
            ? until > madeAt
              ? 'when it ends'
              : 'with the next run'
            : markup`<time>${minute(toldAt)}</time>`,
        sortBy: ({ toldAt }) => toldAt ?? Number.MAX_SAFE_INTEGER,
      },
    ],
  })
  const lead =
    'Incidents of which no sink was told, or not of all their alerts. They are in the ledger and among those above.'
  return section('silences', 'What silences held back', table, lead)
}

/** The gravest by name, the rest as a number. */
function heldIncidents(incidents: HeldBack['incidents']): Html | string {
  if (incidents.length === 0) return 'nothing'
  const named = incidents
    .slice(0, MOST_NAMED)
    .map(
      ({ severity, title, ruleName }) =>
        markup`<li>${severityBadge(severity)} <span class="title">${title}</span><span class="below">${ruleName}</span></li>`,
    )
  const rest = incidents.length - named.length
  return markup`<ul class="held">${named}${rest > 0 ? markup`<li>and ${count(rest, 'more', 'more')}</li>` : undefined}</ul>`
}
