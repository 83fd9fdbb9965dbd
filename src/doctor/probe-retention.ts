import { HuntError } from '../domain/errors.ts'
import type { Duration } from '../domain/time.ts'
import { formatDuration } from '../time/duration.ts'
import type { DoctorCheck } from './diagnosis.ts'
import type { KeptLogs } from '../domain/kept-logs.ts'
import type { DoctorPorts, DoctorWorkspace } from './doctor-ports.ts'

/** What is known of how far back a workspace keeps logs. */
export interface Retention {
  /** Undefined where there is nobody to ask: a data folder. */
  readonly check: DoctorCheck | undefined
  /** How far back queries over a table reach; undefined when nobody says. */
  keptOf(table: string): Duration | undefined
  planOf(table: string): string | undefined
}

/** Asks the service; where it may not be asked, what the settings say stands, and the check says which role is missing. */
export async function probeRetention(
  workspace: DoctorWorkspace,
  { keptLogs }: Pick<DoctorPorts, 'keptLogs'>,
  signal: AbortSignal,
): Promise<Retention> {
  const { retention } = workspace
  if (keptLogs === undefined) return known(undefined, retention, undefined)
  const common = { area: 'retention', subject: workspace.name, workspace: workspace.name } as const
  const instead =
    retention === undefined
      ? 'so nobody sees when a window reaches beyond'
      : `the settings say ${formatDuration(retention)}`
  try {
    const kept = await keptLogs(workspace.name, signal)
    if (kept === 'not told') return known(undefined, retention, undefined)
    if (kept !== 'unseen') return known(agreement(kept, workspace), kept.workspace ?? retention, kept)
    const message = `how long it keeps logs cannot be seen with this identity; ${instead}`
    return known({ ...common, status: 'warning', message, remedy: REMEDY }, retention, undefined)
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof HuntError)) throw error
    const message = `how long it keeps logs cannot be asked: ${error.message}; ${instead}`
    return known({ ...common, status: 'warning', message, remedy: REMEDY, code: error.code }, retention, undefined)
  }
}

const REMEDY =
  'give the identity the role Log Analytics Reader on the workspace (Azure Resource Manager must be reachable), or set retention in hunt.yaml'

function known(check: DoctorCheck | undefined, common: Duration | undefined, kept: KeptLogs | undefined): Retention {
  return {
    check,
    keptOf: (table) => kept?.tables.get(table.toLowerCase())?.kept ?? common,
    planOf: (table) => kept?.tables.get(table.toLowerCase())?.plan,
  }
}

/** The schedule goes by the settings: slots whose window begins before the retention are gaps. */
function agreement(kept: KeptLogs, { name, retention }: DoctorWorkspace): DoctorCheck {
  const { workspace, tables } = kept
  const common = {
    area: 'retention' as const,
    subject: name,
    workspace: name,
    facts: { retentionMilliseconds: workspace ?? null, tables: tables.size },
  }
  if (workspace === undefined) return { ...common, status: 'ok', message: 'each table says how long it keeps logs' }
  const message = `it keeps logs for ${formatDuration(workspace)}`
  if (retention === undefined || retention <= workspace) return { ...common, status: 'ok', message }
  return {
    ...common,
    status: 'warning',
    message: `${message}, and the settings say ${formatDuration(retention)}`,
    remedy: `set retention: ${formatDuration(workspace)} in hunt.yaml, or slots are searched whose logs are gone`,
  }
}
