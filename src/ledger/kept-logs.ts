import type { KeptLogs, KeptLogsRecord } from '../domain/kept-logs.ts'
import { milliseconds } from '../time/duration.ts'
import { instantFromMillis } from '../time/instant.ts'
import { errorIn, numberIn, optionalDuration, textIn } from './database.ts'
import type { Database } from './database.ts'

type Row = ReturnType<Database['all']>[number]

export function keptLogs(database: Database): readonly KeptLogsRecord[] {
  return database.all('SELECT * FROM kept_logs ORDER BY workspace').map((row) => ({
    workspace: textIn(row, 'workspace'),
    workspaceId: textIn(row, 'workspace_id'),
    askedAt: instantFromMillis(numberIn(row, 'asked_at')),
    kept: numberIn(row, 'is_known') === 1 ? keptIn(row) : undefined,
    problem: errorIn(row, 'problem'),
  }))
}

export function recordKeptLogs(database: Database, record: KeptLogsRecord): void {
  const { workspace, workspaceId, askedAt, kept, problem } = record
  // A question without an answer leaves what an earlier one said, unless that was about another workspace.
  const old = (column: string): string =>
    `CASE WHEN excluded.is_known = 0 AND excluded.workspace_id = kept_logs.workspace_id THEN kept_logs.${column} ELSE excluded.${column} END`
  database.run(
    `INSERT INTO kept_logs (workspace, workspace_id, asked_at, is_known, kept_milliseconds, tables, problem)
     VALUES (:workspace, :id, :at, :known, :kept, :tables, :problem)
     ON CONFLICT (workspace) DO UPDATE
       SET kept_milliseconds = ${old('kept_milliseconds')},
         tables = ${old('tables')},
         is_known = ${old('is_known')},
         workspace_id = excluded.workspace_id,
         asked_at = excluded.asked_at,
         problem = excluded.problem`,
    {
      workspace,
      id: workspaceId,
      at: askedAt,
      known: kept === undefined ? 0 : 1,
      kept: kept?.workspace === undefined ? null : Math.round(kept.workspace),
      tables: kept === undefined ? '{}' : tablesText(kept),
      problem: problem === undefined ? null : JSON.stringify(problem),
    },
  )
}

/** A workspace has hundreds of tables, and nearly all of them keep what it keeps. */
function tablesText({ workspace, tables }: KeptLogs): string {
  const others = [...tables].filter(([, { kept }]) => kept !== undefined && kept !== workspace)
  return JSON.stringify(Object.fromEntries(others.map(([name, { plan, kept }]) => [name, [kept, plan ?? null]])))
}

function keptIn(row: Row): KeptLogs {
  const tables = Object.entries(JSON.parse(textIn(row, 'tables')) as Record<string, [number, string | null]>)
  return {
    workspace: optionalDuration(row, 'kept_milliseconds'),
    tables: new Map(
      tables.map(([name, [kept, plan]]) => [name, { kept: milliseconds(kept), plan: plan ?? undefined }]),
    ),
  }
}
