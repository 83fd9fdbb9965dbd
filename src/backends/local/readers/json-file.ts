import { createReadStream, createWriteStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { isOutOfMemory } from '../../../kql/errors.ts'
import { malformedFile, tooLargeToRead, type Place } from '../faults.ts'
import { sqlPath, sqlText } from '../sql-text.ts'
import type { StagedFile } from '../staging.ts'
import { textLines } from '../../../files/text-lines.ts'
import type { ReaderContext } from './index.ts'
import type { JsonSource } from './json.ts'

/**
 * The longest record that DuckDB may buffer; far above any log record. It takes twice as much memory for each thread, and making room
 * for that takes over a second, so this is only for files that have one.
 */
const LONGEST_RECORD = 1 << 28
/** DuckDB takes a last record without a line end for broken JSON if it is as long as it may be (1.5: up to some bytes less). */
const SLACK = 1 << 16
/** DuckDB's own default. */
const USUAL_RECORD = (1 << 24) + SLACK

/** Values that are no booleans are dropped, which spares their text. A broken record has no keys here, and is a fault when it is read. */
const KEYS_ONLY = "records=false, hive_partitioning=false, ignore_errors=true, columns={json: 'MAP(VARCHAR, BOOLEAN)'}"

type Layout = 'newline_delimited' | 'array' | 'unstructured'

/**
 * JSON on disk. `.ndjson` has one object a line. `.json` has a list of objects, or objects one after another, on a line
 * each or spread over many.
 */
export async function jsonFile(staged: StagedFile, context: ReaderContext): Promise<JsonSource> {
  const mended = async (): Promise<JsonSource> => {
    const path = await withoutHalfPairs(staged, context)
    return sourcesOf({ ...staged, path }, { remark: HALF_PAIRS })
  }
  return sourcesOf(staged, { mended })
}

type Mending = Pick<JsonSource, 'mended' | 'remark'>

async function sourcesOf(staged: StagedFile, mending: Mending): Promise<JsonSource> {
  const layout = staged.part.format === 'ndjson' ? 'newline_delimited' : await layoutOf(staged.path)
  // No record is longer than its file; a list, or a saved answer, is one record.
  const longest = Math.min(LONGEST_RECORD, Math.max(USUAL_RECORD, (await stat(staged.path)).size + SLACK))
  const source = (longestRecord: number): JsonSource => sourceOf(staged, layout, longestRecord, mending)
  return layout === 'newline_delimited' ? { ...source(USUAL_RECORD), long: source(longest) } : source(longest)
}

function sourceOf(staged: StagedFile, layout: Layout, longest: number, mending: Mending): JsonSource {
  const { label } = staged.part
  return {
    ...mending,
    label,
    ...recordsOf(`${sqlPath(staged.path)}, format='${layout}', maximum_object_size=${longest}`),
    locate: (record) =>
      layout === 'newline_delimited' ? lineOf(staged, record) : Promise.resolve({ label, record: record + 1 }),
    explain: (error) => explain(staged, layout, error),
  }
}

/**
 * The records of files that each have one object a line, joined to one file in their order; undefined where one has them
 * otherwise. What is wrong is not told by its place: that takes the file by itself.
 *
 * DuckDB would read a list of files, too, but puts the rows of each into a batch of their own: 2,000 files of 70 columns took 4 GB.
 */
export async function jsonFiles(
  label: string,
  files: readonly StagedFile[],
  { temporary, signal }: ReaderContext,
): Promise<JsonSource | undefined> {
  for (const { path, part } of files) {
    if (part.format !== 'ndjson' && (await layoutOf(path)) !== 'newline_delimited') return undefined
  }
  const joined = temporary.newFile('ndjson')
  const contents = async function* (): AsyncGenerator<Buffer | string, void> {
    for (const { path } of files) {
      const content = await readFile(path)
      yield content
      if (content.at(-1) !== LINE_FEED) yield '\n'
    }
  }
  await pipeline(contents, createWriteStream(joined, { mode: 0o600 }), { signal })
  return {
    label,
    ...recordsOf(`${sqlPath(joined)}, format='newline_delimited', maximum_object_size=${USUAL_RECORD}`),
    locate: () => Promise.resolve({ label }),
    explain: (error) => Promise.resolve(error),
  }
}

const LINE_FEED = 10

/** `file` is what DuckDB's functions take: a path, and how to read it. */
function recordsOf(file: string): Pick<JsonSource, 'from' | 'members' | 'keys'> {
  return {
    from: `read_json_objects(${file})`,
    members(types) {
      const columns = [...types].map(([key, type]) => `${sqlText(key)}: '${type}'`).join(', ')
      // A folder named `a=b` is no column.
      return `read_json(${file}, records=true, hive_partitioning=false, columns={${columns}})`
    },
    keys: `(SELECT map_keys(json) AS names FROM read_json(${file}, ${KEYS_ONLY}))`,
  }
}

const HALF_PAIRS = 'half a surrogate pair in a text is read as U+FFFD, since no UTF-8 can hold it'

/** Escapes: a surrogate pair, half of one, any other. */
const ESCAPE = /\\(?:u[dD](?:[89abAB][\da-fA-F]{2}(?:\\u[dD][c-fC-F][\da-fA-F]{2})?|[c-fC-F][\da-fA-F]{2})|[^])/g
const LENGTH_OF_HALF = '\\ud800'.length

/** A copy with U+FFFD for halves of surrogate pairs, and all else, line ends and broken bytes too, as it is. */
async function withoutHalfPairs({ path, part }: StagedFile, { temporary, signal }: ReaderContext): Promise<string> {
  const copy = temporary.newFile(part.format)
  const lines = async function* (): AsyncGenerator<string, void> {
    for await (const [, line] of textLines(path, 'latin1')) {
      yield `${line.replace(ESCAPE, (escape) => (escape.length === LENGTH_OF_HALF ? '\\ufffd' : escape))}\n`
    }
  }
  await pipeline(lines, createWriteStream(copy, { mode: 0o600, encoding: 'latin1' }), { signal })
  return copy
}

async function layoutOf(path: string): Promise<Layout> {
  for await (const [, line] of textLines(path)) {
    if (line.trim() === '') continue
    if (line.trimStart().startsWith('[')) return 'array'
    // A saved answer, mostly: to read it here only to tell its layout would take as much memory again.
    if (line.length > USUAL_RECORD) return 'unstructured'
    return isJson(line) ? 'newline_delimited' : 'unstructured'
  }
  return 'newline_delimited'
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

async function lineOf({ path, part }: StagedFile, record: number): Promise<Place> {
  let seen = 0
  for await (const [line, text] of textLines(path)) {
    if (text.trim() !== '' && seen++ === record) return { label: part.label, line }
  }
  return { label: part.label }
}

/** DuckDB's own line numbers are one too high and shift with threads, so a fault is looked for again here. */
async function explain(staged: StagedFile, layout: Layout, error: unknown): Promise<unknown> {
  const message = error instanceof Error ? error.message : String(error)
  if (isOutOfMemory(error)) return tooLargeToRead(staged.part.label, error)
  if (!message.includes('JSON')) return error
  const { label } = staged.part
  const why = /: ([^:\n]+?)\.? *(?:Try |\n|$)/.exec(message.replace(/^.*?in (?:line|record\/value) \d+/s, ''))?.[1]
  const what = `not JSON${why === undefined ? '' : ` (${why.trim()})`}`
  if (layout === 'newline_delimited') {
    const line = await firstBrokenLine(staged.path)
    if (line !== undefined) return malformedFile({ label, line }, what, await lineHint(staged.path, line), error)
  }
  const record = Number(/in record\/value (\d+)/.exec(message)?.[1] ?? Number.NaN) - 1
  return malformedFile(
    { label, ...(record > 0 ? { record } : {}) },
    what,
    'export the file again, or mend that record',
    error,
  )
}

async function firstBrokenLine(path: string): Promise<number | undefined> {
  for await (const [line, text] of textLines(path)) if (text.trim() !== '' && !isJson(text)) return line
  return undefined
}

async function lineHint(path: string, broken: number): Promise<string> {
  const first = createReadStream(path, { start: 0, end: 0, encoding: 'utf8' })
  for await (const character of first) {
    if (character === '[') return 'a list of objects belongs into a .json file; .ndjson has one object a line'
  }
  return `mend or remove line ${broken}; each line is one JSON object`
}
