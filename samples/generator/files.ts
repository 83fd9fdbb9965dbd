import { gzipSync } from 'node:zlib'
import { generateWeek } from './generate.ts'
import { groundTruthPage } from './ground-truth-page.ts'
import { groundTruthOf } from './ground-truth.ts'
import { UPSTREAM } from './upstream.ts'

/** One file under samples/. `text` is what a reader sees; `bytes` is what lies on disk. */
export interface SampleFile {
  /** Relative to samples/, with `/`. */
  readonly path: string
  readonly text: string
  readonly bytes: Buffer
}

/** All files that `npm run samples` writes. */
export function sampleFiles(): readonly SampleFile[] {
  const week = generateWeek()
  const tables = week.logs.tables().map(({ name, records }) => {
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join('')
    return { path: `data/${name}.ndjson.gz`, text, bytes: compress(text) }
  })
  const truth = groundTruthOf(week)
  const json = `${JSON.stringify({ ...truth, upstream: UPSTREAM }, undefined, 1)}\n`
  const page = groundTruthPage(truth)
  return [
    ...tables,
    { path: 'ground-truth.json', text: json, bytes: Buffer.from(json) },
    { path: 'GROUND-TRUTH.md', text: page, bytes: Buffer.from(page) },
  ]
}

/** gzip with nothing in its header that depends on the machine: Node leaves the time at 0, the system byte is set to unknown. */
function compress(text: string): Buffer {
  const bytes = gzipSync(text, { level: 9 })
  bytes[9] = 255
  return bytes
}
