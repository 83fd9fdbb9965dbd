import { join } from 'node:path'
import type { ReportLedger } from '../domain/report.ts'
import { HuntError } from '../domain/errors.ts'
import type { Instant, Window } from '../domain/time.ts'
import type { DailyReport, Report, ReportFormat } from '../report/index.ts'
import { minutes } from '../time/duration.ts'
import { plus } from '../time/instant.ts'
import type { CommandContext } from './command.ts'
import { shownPath } from './shown-path.ts'

type Surroundings = Pick<CommandContext, 'config' | 'program' | 'version'>

/** Folder of all reports. */
export function reportsFolder({ config }: Pick<Surroundings, 'config'>): string {
  return join(config.output, 'reports')
}

/** The report of a period as the ledger has it now. Rejects with LedgerError. */
export async function makeConfiguredReport(
  period: Window,
  ledger: ReportLedger,
  { config, program, version }: Surroundings,
): Promise<Report> {
  const { readReport } = await import('../report/index.ts')
  const { clock, cwd } = program
  return readReport(period, { ledger, clock, version, timeZone: config.timeZone, cwd })
}

/** Resolves with the paths of the files. Rejects with IncompleteError. */
export async function writeConfiguredReport(
  report: Report,
  formats: readonly ReportFormat[],
  surroundings: Surroundings,
): Promise<readonly string[]> {
  const { writeReport } = await import('../report/index.ts')
  const { packageRoot } = surroundings.program
  return writeReport(report, { folder: reportsFolder(surroundings), formats, packageRoot })
}

/** The report as `report.json` has it. */
export async function reportText(report: Report): Promise<string> {
  const { reportJson } = await import('../report/index.ts')
  return reportJson(report)
}

/**
 * Makes the daily reports that are due, when the settings ask for any; `onMade` gets the path as the user would type it.
 * Rejects with LedgerError or IncompleteError; what was not made stays due.
 */
export async function makeDailyReports(
  ledger: ReportLedger,
  surroundings: Surroundings,
  onMade: (report: DailyReport) => void,
): Promise<void> {
  const { config, program, version } = surroundings
  const { reportAt: at, reportFormats: formats, timeZone } = config
  if (at === undefined) return
  const { makeDueReports } = await import('../report/index.ts')
  const { clock, cwd, packageRoot } = program
  const source = { ledger, clock, version, timeZone, cwd, at }
  const target = { folder: reportsFolder(surroundings), formats, packageRoot }
  await makeDueReports(source, target, ({ day, location }) => onMade({ day, location: shownPath(location, cwd) }))
}

/** How long the daemon leaves reports alone after one could not be made. */
const PAUSE = minutes(10)

/**
 * The daemon's reports, one look at a time. What fails is told, and tried again later: it must not stop the hunt.
 */
export function createReporter(
  ledger: ReportLedger,
  surroundings: Surroundings,
  tell: { onMade(report: DailyReport): void; onTrouble(error: HuntError): void },
): () => Promise<void> {
  const { clock } = surroundings.program
  let notBefore: Instant | undefined
  return async () => {
    if (notBefore !== undefined && clock.now() < notBefore) return
    try {
      await makeDailyReports(ledger, surroundings, (report) => tell.onMade(report))
      notBefore = undefined
    } catch (error) {
      if (!(error instanceof HuntError)) throw error
      notBefore = plus(clock.now(), PAUSE)
      tell.onTrouble(error)
    }
  }
}
