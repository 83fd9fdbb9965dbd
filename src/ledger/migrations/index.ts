import { sql as runsFindingsOutbox } from './0001-runs-findings-outbox.ts'
import { sql as schedules } from './0002-schedules.ts'
import { sql as alertsRaised } from './0003-alerts-raised.ts'
import { sql as lastSeen } from './0004-last-seen.ts'
import { sql as outboxFates } from './0005-outbox-fates.ts'
import { sql as incidentEvents } from './0006-incident-events.ts'
import { sql as reports } from './0007-reports.ts'
import { sql as runExclusions } from './0008-run-exclusions.ts'
import { sql as silences } from './0009-silences.ts'
import { sql as seatsAndMarks } from './0010-seats-and-marks.ts'
import { sql as ruleFolders } from './0011-rule-folders.ts'
import { sql as ledgerId } from './0012-ledger-id.ts'
import { sql as keptLogs } from './0013-kept-logs.ts'

/**
 * In order, each run once; the number of those that a file has been through is its schema version. Never edit one that
 * was released: add the next. SQL in modules, not in .sql files, so that the bundle under dist/ carries it.
 */
export const MIGRATIONS: readonly string[] = [
  runsFindingsOutbox,
  schedules,
  alertsRaised,
  lastSeen,
  outboxFates,
  incidentEvents,
  reports,
  runExclusions,
  silences,
  seatsAndMarks,
  ruleFolders,
  ledgerId,
  keptLogs,
]
