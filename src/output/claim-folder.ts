import { link, readFile, rm, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { ConfigError, HuntError } from '../domain/errors.ts'
import { errnoOf } from '../files/file-error.ts'
import { TEMPORARY_SUFFIX, writeAtomically } from '../files/write-atomically.ts'

/** The ledger that is about to write results. */
export interface FolderOwner {
  readonly ledgerId: string
  /** Its file, absolute. */
  readonly ledger: string
  readonly host: string
}

/** Names the ledger whose results the folder holds. */
const MARKER = 'hunt-ledger.json'
const SCHEMA_VERSION = 1

interface Marker {
  readonly ledgerId: string
  /** Relative to the output folder where it lies in there: both move together. */
  readonly ledger: string
  readonly host: string
}

/**
 * Makes an output folder the ledger's own. Names of result files follow from rule, slot and workspace, so those of two ledgers
 * would take each other's place, and what is new to the one is not to the other.
 *
 * A folder without a marker is taken, and so is one whose ledger is gone (deleted, or another put in its place): resolves with
 * the place of that one, which is worth a word. A folder that cannot be written is left alone; the runs will say so.
 *
 * @throws ConfigError `output/other-ledger` for the folder of another ledger that is there, or may be
 */
export async function claimFolder(folder: string, owner: FolderOwner): Promise<string | undefined> {
  const path = join(folder, MARKER)
  const marker = (await readMarker(path)) ?? (await makeMarker(path, folder, owner))
  if (marker === undefined) return undefined
  const place = resolve(folder, marker.ledger)
  const isOther = marker.ledgerId !== owner.ledgerId
  if (isOther && (await mayBeThere(place, marker, owner))) throw otherLedgerError(folder, path, place, marker, owner)
  const own = markerOf(folder, owner)
  if (isOther || marker.ledger !== own.ledger || marker.host !== own.host) await write(path, own)
  return isOther ? place : undefined
}

/** In doubt: yes. A place outside of the output folder says something on its own computer only. */
async function mayBeThere(place: string, marker: Marker, owner: FolderOwner): Promise<boolean> {
  if (isAbsolute(marker.ledger) && marker.host !== owner.host) return true
  const [there, own] = await Promise.all([fileAt(place), fileAt(owner.ledger)])
  return there !== undefined && there !== own
}

/** What tells a file from others, under whatever name. */
async function fileAt(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path)
    return `${dev} ${ino}`
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error))) return undefined
    return path
  }
}

/** Undefined without one, and for what a crash or a person left of it. */
async function readMarker(path: string): Promise<Marker | undefined> {
  try {
    const marker = JSON.parse(await readFile(path, 'utf8')) as Partial<Record<keyof Marker, unknown>> | null
    const { ledgerId, ledger, host } = marker ?? {}
    if (typeof ledgerId !== 'string' || typeof ledger !== 'string' || typeof host !== 'string') return undefined
    return { ledgerId, ledger, host }
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) !== '') return undefined
    throw error
  }
}

/**
 * Two that begin at the same time: a link is made only where nothing is, so that the second finds the first one's. Resolves with
 * what is there then; undefined where nothing can be written.
 */
async function makeMarker(path: string, folder: string, owner: FolderOwner): Promise<Marker | undefined> {
  const mine = join(folder, `.${MARKER}.${owner.ledgerId}${TEMPORARY_SUFFIX}`)
  const own = markerOf(folder, owner)
  if (!(await write(mine, own))) return undefined
  try {
    await link(mine, path)
  } catch (error) {
    const found = errnoOf(error) === 'EEXIST' ? await readMarker(path) : undefined
    // Nobody can read what is there, or there are no links here.
    if (found === undefined) await write(path, own)
    return found ?? own
  } finally {
    await rm(mine, { force: true }).catch(() => undefined)
  }
  return own
}

function markerOf(folder: string, { ledgerId, ledger, host }: FolderOwner): Marker {
  const inside = relative(folder, ledger)
  return { ledgerId, ledger: inside.startsWith('..') || isAbsolute(inside) ? ledger : inside, host }
}

async function write(path: string, marker: Marker): Promise<boolean> {
  try {
    await writeAtomically(path, `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...marker }, undefined, 2)}\n`)
    return true
  } catch (error) {
    if (!(error instanceof HuntError)) throw error
    return false
  }
}

function otherLedgerError(
  folder: string,
  path: string,
  place: string,
  { host }: Marker,
  owner: FolderOwner,
): ConfigError {
  const on = host === owner.host ? '' : ` on ${host}`
  return new ConfigError({
    code: 'output/other-ledger',
    message: `${folder} holds the results of another ledger, ${place}${on}; those of ${owner.ledger} would take their place`,
    hint: `Choose another output folder (--output, HUNT_OUTPUT) or that ledger (HUNT_LEDGER). If that one is not used any more, move it away or delete ${path}.`,
    context: { folder, ledger: place },
  })
}
