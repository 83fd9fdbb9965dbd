import { isAbsolute, join } from 'node:path'
import type { Duration } from '../domain/time.ts'
import type { LedgerBackup, LedgerCheck, LedgerPrune } from '../ledger/index.ts'
import { seconds } from '../time/duration.ts'
import type { CommandContext } from './command.ts'

/** Maintenance of the configured ledger, which needs no backend and no rules. */

type Surroundings = Pick<CommandContext, 'config' | 'program'>

/** As long as a run waits for another process's transaction. */
const OPTIONS = { busyTimeout: seconds(10) }

export async function checkConfiguredLedger({ config, program }: Surroundings): Promise<LedgerCheck> {
  const { checkLedger } = await import('../ledger/index.ts')
  return checkLedger(config.ledger, program.clock.now(), OPTIONS)
}

export async function pruneConfiguredLedger(
  { config, program }: Surroundings,
  request: { readonly keep: Duration; readonly deletes: boolean },
): Promise<LedgerPrune> {
  const { pruneLedger } = await import('../ledger/index.ts')
  return pruneLedger(config.ledger, { ...request, now: program.clock.now() }, OPTIONS)
}

export async function backupConfiguredLedger(
  { config, program }: Surroundings,
  request: { readonly target: string; readonly overwrite: boolean },
): Promise<LedgerBackup> {
  const { backupLedger } = await import('../ledger/index.ts')
  // join keeps a slash at the end, which says that a folder is meant.
  const target = isAbsolute(request.target) ? request.target : join(program.cwd, request.target)
  return backupLedger(config.ledger, { ...request, target, now: program.clock.now() }, OPTIONS)
}
