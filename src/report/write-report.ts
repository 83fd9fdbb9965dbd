import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { REPORT_FORMATS } from '../config/choices.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { dayOf, dayWindow } from '../time/calendar-day.ts'
import { compactInstant } from '../time/instant.ts'
import { reportCsv } from './formats/csv.ts'
import { reportJson } from './formats/json.ts'
import { reportMarkdown } from './formats/markdown.ts'
import { navigatorLayer } from './formats/navigator.ts'
import type { PageAssets } from './html/document.ts'
import type { Report } from './model/report.ts'

export type ReportFormat = (typeof REPORT_FORMATS)[number]

export interface ReportTarget {
  /** Folder of all reports; this one gets a folder of its own in it. */
  readonly folder: string
  readonly formats: readonly ReportFormat[]
  /** Folder of package.json, where the page's style and script lie. */
  readonly packageRoot: string
}

/** Writes the report in a folder named after its period; a repeated one overwrites. Rejects with IncompleteError. */
export async function writeReport(
  report: Report,
  { folder, formats, packageRoot }: ReportTarget,
): Promise<readonly string[]> {
  const paths: string[] = []
  const own = join(folder, folderName(report))
  for (const format of formats) {
    for (const { file, text } of await filesOf(report, format, packageRoot)) {
      const path = join(own, file)
      await writeAtomically(path, text)
      paths.push(path)
    }
  }
  return paths
}

/** `2026-03-02` for a day; else `20260302T000000Z-20260309T000000Z`. */
export function folderName({ period, timeZone }: Pick<Report, 'period' | 'timeZone'>): string {
  const day = dayOf(period.start, timeZone)
  const whole = dayWindow(day, timeZone)
  const isDay = whole?.start === period.start && whole.end === period.end
  return isDay ? day : `${compactInstant(period.start)}-${compactInstant(period.end)}`
}

async function filesOf(
  report: Report,
  format: ReportFormat,
  packageRoot: string,
): Promise<readonly { readonly file: string; readonly text: string }[]> {
  switch (format) {
    case 'html': {
      const { reportHtml } = await import('./html/document.ts')
      return [{ file: 'report.html', text: reportHtml(report, await readAssets(packageRoot)) }]
    }
    case 'csv':
      return reportCsv(report)
    case 'json':
      return [{ file: 'report.json', text: reportJson(report) }]
    case 'md':
      return [{ file: 'report.md', text: reportMarkdown(report) }]
    case 'navigator':
      return [{ file: 'navigator-layer.json', text: navigatorLayer(report) }]
  }
}

export async function readAssets(packageRoot: string): Promise<PageAssets> {
  const asset = (name: string): Promise<string> => readFile(join(packageRoot, 'assets', 'report', name), 'utf8')
  return { style: await asset('report.css'), script: await asset('report.js') }
}
