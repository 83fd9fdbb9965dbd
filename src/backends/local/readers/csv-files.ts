import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { isDeepStrictEqual } from 'node:util'
import type { RawTable } from '../raw-table.ts'
import type { StagedFile } from '../staging.ts'
import { readHeader, scanOfCsv } from './csv.ts'
import type { ReaderContext } from './index.ts'

/**
 * CSV files with the same header, joined to one in their order; undefined where the headers differ, or a file is not such that what
 * stands behind it is read as if it stood alone. What else is wrong is not told by its place: that takes the file by itself.
 *
 * DuckDB would read a list of files, too, but of more than a few it leaves a last record out whose quote does not end (1.5).
 */
export async function openCsvFiles(
  label: string,
  files: readonly StagedFile[],
  { temporary, signal }: ReaderContext,
): Promise<RawTable | undefined> {
  const [first] = files
  if (first === undefined) return undefined
  const header = await readHeader(first)
  for (const file of files) if (!isDeepStrictEqual(await readHeader(file), header)) return undefined
  const joined = temporary.newFile('csv')
  const apart = new Error('a file that has to be read by itself')
  const contents = async function* (): AsyncGenerator<Buffer, void> {
    let lineEnd: LineEnd | undefined
    for (const file of files) {
      const content = await readFile(file.path)
      const records = recordsOf(content)
      if (records === undefined || (lineEnd ?? records.lineEnd) !== (records.lineEnd ?? lineEnd)) throw apart
      lineEnd ??= records.lineEnd
      const isFirst = file === first
      const rows = isFirst ? content : content.subarray(records.start)
      yield rows
      if (!records.isEnded && rows.length > 0) yield Buffer.from(lineEnd ?? '\n')
    }
  }
  try {
    await pipeline(contents, createWriteStream(joined, { mode: 0o600 }), { signal })
  } catch (error) {
    if (error === apart) return undefined
    throw error
  }
  return {
    keys: header,
    scan: scanOfCsv(joined, header),
    locate: () => Promise.resolve({ label }),
    explain: (error) => Promise.resolve(error),
  }
}

type LineEnd = '\n' | '\r\n' | '\r'

interface Records {
  /** Where the record behind the header begins. */
  readonly start: number
  /** Undefined for a header without one. */
  readonly lineEnd: LineEnd | undefined
  /** Does the last record have a line end? */
  readonly isEnded: boolean
}

const [QUOTE, COMMA, RETURN, FEED] = [0x22, 0x2c, 0x0d, 0x0a] as const

/** Undefined for anything but RFC 4180 with one kind of line ends: quotes around whole cells alone, all of them closed. */
function recordsOf(content: Buffer): Records | undefined {
  let lineEnd: LineEnd | undefined
  let start: number | undefined
  let place: 'begin' | 'plain' | 'quoted' | 'closed' = 'begin'
  for (let index = 0; index < content.length; index++) {
    const byte = content[index]
    if (place === 'quoted') {
      if (byte === QUOTE) place = 'closed'
    } else if (byte === QUOTE) {
      if (place === 'plain') return undefined
      place = 'quoted'
    } else if (byte === COMMA) {
      place = 'begin'
    } else if (byte === FEED || byte === RETURN) {
      const isPair = byte === RETURN && content[index + 1] === FEED
      const end: LineEnd = isPair ? '\r\n' : byte === RETURN ? '\r' : '\n'
      if (isPair) index++
      if ((lineEnd ??= end) !== end) return undefined
      start ??= index + 1
      place = 'begin'
    } else if (place === 'closed') {
      return undefined
    } else {
      place = 'plain'
    }
  }
  if (place === 'quoted') return undefined
  const last = content.at(-1)
  return { start: start ?? content.length, lineEnd, isEnded: place === 'begin' && (last === FEED || last === RETURN) }
}
