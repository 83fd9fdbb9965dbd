import { loadSchemaCatalogue } from '../../src/schemas/index.ts'
import { systemClock } from '../../src/time/system-clock.ts'
import type { Job } from '../jobs.ts'
import { openWorkspace } from '../rules/tables.ts'

/** What a first query of the table waits for: catalogue, engine, columns, typed and checked rows. */
export const load: Job = async ({ data = '', table = '' }) => {
  const schema = await loadSchemaCatalogue(process.cwd())
  const workspace = await openWorkspace({ folder: data, schema, now: systemClock.now() }, [{ query: table }])
  const rows = workspace.loaded.get(table)?.rowCount ?? 0
  await workspace.close()
  return rows
}
