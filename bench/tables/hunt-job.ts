import { LocalWorkspace } from '../../src/backends/local/local-workspace.ts'
import { folderSources } from '../../src/backends/local/table-sources.ts'
import { loadSchemaCatalogue } from '../../src/schemas/index.ts'
import { systemClock } from '../../src/time/system-clock.ts'
import type { Job } from '../jobs.ts'

/** What a first query of the table waits for: catalogue, engine, columns, typed and checked rows. */
export const load: Job = async ({ data = '', table = '' }) => {
  const schema = await loadSchemaCatalogue(process.cwd())
  const sources = await folderSources(data, schema.tables.keys())
  const workspace = await LocalWorkspace.open(sources, { schema, now: () => systemClock.now(), badValues: 'refuse' })
  await workspace.prepare(table, new AbortController().signal)
  const rows = workspace.loaded.get(table)?.rowCount ?? 0
  await workspace.close()
  return rows
}
