import type { IngestionDelay } from '../domain/schedule.ts'
import { instantFromMillis } from '../time/instant.ts'
import { numberIn, optionalDuration, textIn } from './database.ts'
import type { Database } from './database.ts'

export function ingestionDelays(database: Database): readonly IngestionDelay[] {
  return database.all('SELECT * FROM ingestion_delays ORDER BY workspace, table_name').map((row) => ({
    workspace: textIn(row, 'workspace'),
    table: textIn(row, 'table_name'),
    measuredAt: instantFromMillis(numberIn(row, 'measured_at')),
    rows: numberIn(row, 'rows'),
    p50: optionalDuration(row, 'p50_milliseconds'),
    p99: optionalDuration(row, 'p99_milliseconds'),
  }))
}

export function recordIngestionDelay(database: Database, delay: IngestionDelay): void {
  const { workspace, table, measuredAt, rows, p50, p99 } = delay
  database.run(
    `INSERT INTO ingestion_delays (workspace, table_name, measured_at, rows, p50_milliseconds, p99_milliseconds)
     VALUES (:workspace, :table, :at, :rows, :p50, :p99)
     ON CONFLICT (workspace, table_name) DO UPDATE
       SET measured_at = excluded.measured_at,
         rows = CASE WHEN excluded.p99_milliseconds IS NULL THEN rows ELSE excluded.rows END,
         p50_milliseconds = coalesce(excluded.p50_milliseconds, p50_milliseconds),
         p99_milliseconds = coalesce(excluded.p99_milliseconds, p99_milliseconds)`,
    {
      workspace,
      table,
      at: measuredAt,
      rows,
      p50: p50 === undefined ? null : Math.round(p50),
      p99: p99 === undefined ? null : Math.round(p99),
    },
  )
}
