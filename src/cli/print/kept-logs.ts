import type { KeptLogsRecord } from '../../domain/kept-logs.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { formatDuration } from '../../time/duration.ts'
import { formatInstant } from '../../time/instant.ts'
import type { Config } from '../../config/config.ts'
import type { Terminal } from '../terminal.ts'
import { wrapped } from './words.ts'

/** What runs go by: of the workspaces that are configured, those about which the settings say nothing. */
export function keptLogsInUse(records: readonly KeptLogsRecord[], config: Config): readonly KeptLogsRecord[] {
  if (config.backend !== 'azure') return []
  return records.filter(({ workspace, workspaceId }) =>
    config.workspaces.some(
      (each) =>
        each.kind === 'log-analytics' &&
        each.name === workspace &&
        each.id === workspaceId &&
        (each.retention ?? config.retention) === undefined,
    ),
  )
}

export function keptLogsJson({ workspace, askedAt, kept, problem }: KeptLogsRecord): unknown {
  return {
    workspace,
    askedAt: formatInstant(askedAt),
    keeps: kept?.workspace === undefined ? null : formatDuration(kept.workspace),
    problem:
      problem === undefined ? null : { code: problem.code, message: problem.message, hint: problem.hint ?? null },
  }
}

/** Where nobody says how long logs are kept, a window that reaches beyond looks like any other. */
export function keptLogsNotices(records: readonly KeptLogsRecord[], terminal: Terminal): readonly string[] {
  return records.flatMap(({ workspace, kept, problem }) => {
    if (problem === undefined) return []
    const meanwhile =
      kept === undefined
        ? 'runs over more than it keeps count as complete'
        : `what was said before${kept.workspace === undefined ? '' : `, ${formatDuration(kept.workspace)},`} stands`
    const text = `how long '${workspace}' keeps logs cannot be asked: ${problem.message}; ${meanwhile}. Give the identity the role Log Analytics Reader, or set retention in hunt.yaml`
    const { yellow, dim } = terminal.styles
    return wrapped(`${yellow('warning')}: ${terminalSafe(text)} ${dim(`[${problem.code}]`)}`, terminal)
  })
}
