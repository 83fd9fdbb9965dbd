import { REPORT_FORMATS } from '../choices.ts'
import type { CliCommand } from '../command.ts'
import { withJob, withLedgerPlace } from '../options.ts'

export const report: CliCommand = {
  name: 'report',
  describe(command) {
    command
      .summary('write what a day brought: incidents, coverage, rules that need a look')
      .option('--day <date>', 'day to report, such as 2026-03-02, today or yesterday (default: yesterday)')
      .option('--from <time>', 'start of another period, ISO 8601, UTC unless it says otherwise')
      .option('--to <time>', 'end of the period, exclusive (default: now)')
      .option('--period <duration>', 'length of the period, such as 7d, when one end is not given')
      .option('--format <list>', `files to write: some of ${REPORT_FORMATS.join(', ')} (default: html,navigator)`)
    withLedgerPlace(command).option('--json', 'print the report as one JSON document, and write no file')
    withJob(
      command,
      'Writes a report from the ledger and the result files; no query runs. It has incidents and findings by severity, rule and entity, what is new against the time before, what was searched and what was not, rules that fail, are silent or noisy, what was late, and the ATT&CK techniques of the rules that ran. The HTML page is one file that asks for nothing.',
      [
        ['yesterday, to look at', 'hunt report'],
        ['a week, for a spreadsheet and a ticket', 'hunt report --from 2026-03-02 --period 7d --format csv,md'],
        ['how many incidents were there?', 'hunt report --day 2026-03-02 --json | jq .totals.incidents'],
      ],
    )
  },
  load: async () => (await import('../actions/report.ts')).reportAction,
}
