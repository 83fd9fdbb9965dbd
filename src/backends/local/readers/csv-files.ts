import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { isDeepStrictEqual } from 'node:util'
import type { RawTable } from '../raw-table.ts'
import { LARGEST_CSV } from '../small-files.ts'
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
  let size = 0
  const contents: { readonly content: Buffer; readonly records: Records }[] = []
  for (const { path } of files) {
    signal.throwIfAborted()
    const content = await readFile(path)
    const records = recordsOf(content)
    size += content.length
    if (records === undefined || size > LARGEST_CSV) return undefined
    contents.push({ content, records })
  }
  const [lineEnd = '\n', ...otherEnds] = new Set(contents.flatMap(({ records }) => records.lineEnd ?? []))
  if (otherEnds.length > 0) return undefined
  const joined = temporary.newFile('csv')
  const rows = contents.flatMap(({ content, records }, index) => {
    const own = index === 0 ? content : content.subarray(records.start)
    return records.isEnded || own.length === 0 ? [own] : [own, Buffer.from(lineEnd)]
  })
  await pipeline(rows, createWriteStream(joined, { mode: 0o600 }), { signal })
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
