import type { CliCommand } from '../command.ts'
import { backfill } from './backfill.ts'
import { completion } from './completion.ts'
import { doctor } from './doctor.ts'
import { emulate } from './emulate.ts'
import { exportTable } from './export.ts'
import { exclusions } from './exclusions.ts'
import { explain } from './explain.ts'
import { ledger } from './ledger.ts'
import { gaps } from './gaps.ts'
import { history } from './history.ts'
import { incidents } from './incidents.ts'
import { ingest } from './ingest.ts'
import { list } from './list.ts'
import { outbox } from './outbox.ts'
import { parity } from './parity.ts'
import { pause } from './pause.ts'
import { query } from './query.ts'
import { report } from './report.ts'
import { resume } from './resume.ts'
import { run } from './run.ts'
import { schedule } from './schedule.ts'
import { schema } from './schema.ts'
import { show } from './show.ts'
import { silence } from './silence.ts'
import { silences } from './silences.ts'
import { status } from './status.ts'
import { test } from './test.ts'
import { unsilence } from './unsilence.ts'
import { validate } from './validate.ts'
import { workspaces } from './workspaces.ts'

/** All commands, in the order of `hunt --help`. */
export const COMMANDS: readonly CliCommand[] = [
  run,
  schedule,
  status,
  gaps,
  backfill,
  history,
  incidents,
  report,
  exclusions,
  silence,
  unsilence,
  silences,
  outbox,
  pause,
  resume,
  query,
  list,
  show,
  validate,
  doctor,
  test,
  explain,
  exportTable,
  ingest,
  parity,
  schema,
  workspaces,
  ledger,
  emulate,
  completion,
]
