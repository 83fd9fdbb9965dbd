import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BackendError } from '../../domain/errors.ts'
import {
  foreignName,
  foreignTable,
  foreignTablesNamed,
  mayMean,
  parseForeignName,
  PLACE_FOLDERS,
  PLACES,
  placesNamed,
  type ForeignTable,
  type Place,
} from '../../domain/foreign-tables.ts'
import type { WorkspaceSchema } from '../../domain/schema.ts'
import { scanDataFolder, type DataFolder } from './data-folder.ts'
import { unreadable } from './faults.ts'
import type { Mentions } from './mentions.ts'

/** Opens the table that has the full name. */
type Open = DataFolder['open']

/**
 * Tables that stand for those of other places, by full name: `workspaces/contoso/SecurityEvent.ndjson` for
 * `workspace("contoso").SecurityEvent`, `apps/shop/requests.csv`, `resource-graph/Resources.json`. Each such folder is a data folder.
 *
 * @throws BackendError `local/unreadable`, `local/ambiguous-file`
 */
export async function otherPlaces(
  dataFolder: string,
  knownNames: Iterable<string>,
): Promise<ReadonlyMap<string, Open>> {
  const found = new Map<string, Open>()
  const known = [...knownNames]
  for (const place of PLACES) {
    for (const { identifier, folder } of await foldersOf(place, dataFolder)) {
      const data = await scanDataFolder(folder, known)
      for (const name of data.tables) {
        const table = foreignName(foreignTable(place, identifier, name))
        if (found.has(table)) throw twice(table, folder)
        found.set(table, () => renamed(table, data.open(name)))
      }
    }
  }
  return found
}

function twice(table: string, folder: string): BackendError {
  return new BackendError({
    code: 'local/ambiguous-file',
    message: `${folder} and another folder beside it, whose name has other capitals, both hold ${table}`,
    hint: 'keep one of them',
  })
}

async function renamed(name: string, opened: ReturnType<Open>): ReturnType<Open> {
  const source = await opened
  return source === undefined ? undefined : { ...source, name }
}

interface PlaceFolder {
  readonly identifier: string
  readonly folder: string
}

async function foldersOf(place: Place, dataFolder: string): Promise<readonly PlaceFolder[]> {
  const folder = join(dataFolder, PLACE_FOLDERS[place])
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    if (place === 'arg') return [{ identifier: '', folder }]
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => ({ identifier: name, folder: join(folder, name) }))
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
    throw unreadable(folder, cause)
  }
}

/**
 * Tables of other places that a query may read, by full name: those with data, and those that it names beside their place and that have
 * columns without any, as a table of the workspace has that has no file.
 */
export function foreignMentions(
  { texts, words }: Mentions,
  withData: ReadonlySet<string>,
  schema: WorkspaceSchema,
): readonly string[] {
  const named = placesNamed(texts)
  if (named.places.size === 0) return []
  const known = [...withData].filter((name) => {
    const table = parseForeignName(name)
    return table !== undefined && mayMean(table, named, words)
  })
  const direct = texts.flatMap(foreignTablesNamed).map(({ table }) => table)
  const isKnown = ({ place, table }: ForeignTable): boolean => place === 'arg' || schema.tables.has(table)
  return [...known, ...direct.filter(isKnown).map(foreignName)]
}
