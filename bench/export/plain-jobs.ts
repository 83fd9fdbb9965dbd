import { stringify } from 'csv-stringify/sync'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job } from '../jobs.ts'

/**
 * The baseline: what a short script does. Long numbers lose digits, a formula in a cell stays one, the file is there
 * before it is whole.
 */
interface Body {
  readonly tables: readonly { readonly columns: readonly { readonly name: string }[]; readonly rows: unknown[][] }[]
}

export const read: Job = async ({ answer = '' }) => (await parse(answer)).rows.length

export const writeCsv: Job = async ({ answer = '', output = '' }) => {
  const { columns, rows } = await parse(answer)
  await write(join(output, 'plain.csv'), stringify(rows, { header: true, columns: columns.map(({ name }) => name) }))
  return rows.length
}

export const writeJson: Job = async ({ answer = '', output = '' }) => {
  const { columns, rows } = await parse(answer)
  const objects = rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])))
  await write(join(output, 'plain.json'), JSON.stringify(objects))
  return rows.length
}

async function parse(answer: string): Promise<Body['tables'][number]> {
  const { tables } = JSON.parse(await readFile(answer, 'utf8')) as Body
  const [table] = tables
  if (table === undefined) throw new Error(`${answer} has no table`)
  return table
}

/** Flushed to the disk, as ours is, so that both wait for the same disk. */
async function write(path: string, text: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
