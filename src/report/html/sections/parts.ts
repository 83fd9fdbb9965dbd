import type { Severity } from '../../../domain/rule.ts'
import type { EntityName, Report } from '../../model/report.ts'
import { change, count } from '../../formats/words.ts'
import { markup } from '../markup.ts'
import type { Html, Insertable } from '../markup.ts'

export function section(id: string, title: string, body: Insertable, lead?: Insertable): Html {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${lead === undefined ? undefined : markup`<p class="lead">${lead}</p>`}${body}
  </section> `
}

export function severityBadge(severity: Severity | undefined): Html {
  if (severity === undefined) return markup`<span class="badge">unknown</span>`
  return markup`<span class="badge badge-${severity.toLowerCase()}">${severity}</span>`
}

export interface TableColumn<Row> {
  readonly title: string
  /** `number` sorts by number and stands to the right. */
  readonly kind?: 'text' | 'number'
  readonly cell: (row: Row) => Insertable
  /** What it is sorted by, where that is not what it shows. */
  readonly sortBy?: (row: Row) => string | number
}

export interface TableOptions<Row> {
  readonly id: string
  /** What the table lists, one and many. */
  readonly nouns: readonly [string, string]
  readonly columns: readonly TableColumn<Row>[]
  readonly rows: readonly Row[]
  /** Said in place of an empty table. */
  readonly empty: string
  /** Attributes of the row, as Html; and text that the filter finds although it is not shown. */
  readonly rowAttributes?: (row: Row) => Html
  readonly filterable?: boolean
  /** Absent means that it is. */
  readonly sortable?: boolean
}

/** Rows of a table of the page, which must open at once also after a storm; the first are the gravest. */
export const MOST_ROWS = 500

/** A table that sorts by its heads and, where it is long, filters. Without a script it is a plain table. */
export function dataTable<Row>(options: TableOptions<Row>): Html {
  const { id, nouns, columns, empty, rowAttributes, filterable = options.rows.length > 5, sortable = true } = options
  const rows = options.rows.slice(0, MOST_ROWS)
  const left = options.rows.length - rows.length
  if (rows.length === 0) return markup`<p class="empty">${empty}</p>`
  const tools = filterable
    ? markup`<div class="tools script-only">
        <label>Filter <input type="search" data-filters="${id}" autocomplete="off" spellcheck="false" /></label
        ><span class="count" role="status" data-counts="${id}">${count(rows.length, ...nouns)}</span>
      </div>`
    : undefined
  const head = columns.map(
    ({ title, kind }) =>
      markup`<th scope="col" ${kind === 'number' ? markup` class="number"` : undefined}>${title}</th>`,
  )
  const body = rows.map(
    (row) => markup`<tr${rowAttributes?.(row)}>${columns.map((column) => cellOf(column, row))}</tr>
`,
  )
  return markup`${tools}
    <div class="scroll" tabindex="0" role="region" aria-label="Table of ${nouns[1]}">
      <table id="${id}"${sortable ? markup` data-sortable` : undefined}>
        <thead>
          <tr>
            ${head}
          </tr>
        </thead>
        <tbody>
          ${body}
        </tbody>
      </table>
    </div>
    ${left > 0 ? markup`<p class="note">The first ${count(rows.length, ...nouns)}; ${left.toLocaleString('en-US')} more are in report.json and the CSV files.</p>` : undefined}`
}

function cellOf<Row>({ title, kind, cell, sortBy }: TableColumn<Row>, row: Row): Html {
  const key = sortBy === undefined ? undefined : markup` data-sort="${sortBy(row)}"`
  return markup`<td data-label="${title}" ${kind === 'number' ? markup` class="number"` : undefined}${key}>
    ${cell(row)}
  </td>`
}

const MOST_ENTITIES = 4

export function entityList(entities: readonly EntityName[]): Html {
  const shown = entities.slice(0, MOST_ENTITIES)
  const left = entities.length - shown.length
  return markup`<ul class="entities">
    ${shown.map(({ type, label }) => markup`<li><span class="kind">${type}</span> ${label}</li>`)}${left > 0 ? markup`<li class="more">and ${left} more</li>` : undefined}
  </ul>`
}

/** `▲ 12` with words for those who do not see the arrow; nothing where there was nothing to compare with. */
export function deltaOf({ totalsBefore }: Report): (now: number, before: number) => Html | undefined {
  const hasBefore = totalsBefore.runs + totalsBefore.alerts > 0
  return (now, before) => (hasBefore ? delta(now, before) : undefined)
}

function delta(now: number, before: number): Html {
  const arrow = now > before ? '▲' : now < before ? '▼' : '='
  const number = now === before ? '' : String(Math.abs(now - before))
  return markup`<span class="delta"
    ><span aria-hidden="true">${arrow} ${number}</span><span class="unseen">${change(now, before)}</span></span
  >`
}
