import { join } from 'node:path'
import type { ReportLedger } from '../domain/report.ts'
import type { Window } from '../domain/time.ts'
import type { Report, ReportFormat } from '../report/index.ts'
import type { CommandContext } from './command.ts'

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
  const { reportDocument } = await import('../report/index.ts')
  return JSON.stringify(reportDocument(report), undefined, 2)
}
