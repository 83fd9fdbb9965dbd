import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sampleFiles } from './files.ts'

// `npm run samples`: writes samples/data, ground-truth.json and GROUND-TRUTH.md anew.
const samples = fileURLToPath(new URL('..', import.meta.url))
const files = sampleFiles()
const data = join(samples, 'data')
mkdirSync(data, { recursive: true })
for (const name of readdirSync(data)) rmSync(join(data, name))
for (const { path, bytes } of files) {
  mkdirSync(dirname(join(samples, path)), { recursive: true })
  writeFileSync(join(samples, path), bytes)
}
const size = files.reduce((sum, { bytes }) => sum + bytes.length, 0)
process.stdout.write(`${files.length} files, ${(size / 1e6).toFixed(1)} MB, under ${samples}\n`)
