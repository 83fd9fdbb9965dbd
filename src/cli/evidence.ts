import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, readdir } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { IncidentRecord } from '../domain/ports.ts'
import { errnoOf, fileError } from '../files/file-error.ts'
import { standingResultFile } from '../files/result-file.ts'
import { makeFolder } from '../files/make-folder.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { incidentJson } from './print/incidents.ts'

export interface Evidence {
  readonly folder: string
  /** Names in the folder. */
  readonly files: readonly string[]
  /** Result files that alerts name and that are gone. */
  readonly missing: readonly string[]
}

/**
 * Everything about an incident in one folder: its document with story and rule, the query, a copy of each result file, and
 * SHA256SUMS over all of it, which `sha256sum -c` checks.
 *
 * @param cwd that relative paths of result files start from
 */
export async function writeEvidence(record: IncidentRecord, target: string, cwd: string): Promise<Evidence> {
  const { incident } = record
  const folder = join(target, incident.id)
  await makeFolder(folder).catch((error: unknown) => {
    throw fileError('make', folder, error)
  })
  const results = [
    ...new Set(incident.alerts.flatMap(({ resultFile }) => (resultFile === undefined ? [] : [resultFile]))),
  ]
  const missing: string[] = []
  for (const path of results.map((each) => standingResultFile(each, cwd))) {
    for (const source of await siblings(path)) {
      if (!(await copied(source, join(folder, basename(source)))) && source === path) missing.push(path)
    }
  }
  const document = { schemaVersion: 1, incident: incidentJson(record), missingResultFiles: missing }
  await writeAtomically(join(folder, 'incident.json'), `${JSON.stringify(document, undefined, 2)}\n`)
  if (incident.rule !== undefined)
    await writeAtomically(join(folder, 'query.kql'), `${incident.rule.query.trimEnd()}\n`)
  const names = (await readdir(folder)).filter((name) => name !== 'SHA256SUMS').sort()
  const sums: string[] = []
  for (const name of names) sums.push(`${await sha256Of(join(folder, name))}  ${name}`)
  await writeAtomically(join(folder, 'SHA256SUMS'), `${sums.join('\n')}\n`)
  return { folder, files: [...names, 'SHA256SUMS'], missing }
}

/** The file itself, the same result in the other format, and what exclusions hid of it; the JSON file says which were in force. */
async function siblings(path: string): Promise<readonly string[]> {
  const stem = path.slice(0, path.length - extname(path).length)
  return [...new Set([path, `${stem}.csv`, `${stem}.excluded.csv`])]
}

/** False when there is no such file. */
async function copied(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw fileError('copy', from, error)
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
