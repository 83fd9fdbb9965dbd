/**
 * Varied published rules (CORE.txt) run over empty tables and over generated rows, with open filters where none passes: by default a third of them, drawn by the
 * hash of their path, with HUNT_CORPUS=core each. HUNT_CORPUS=all takes all rules, and many minutes; `run-corpus.ts --record` writes corpus.baseline.json, whose list of rules that do not run may
 * only shrink.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CORPUS_BASELINE, countReasons, loadCorpus, runCorpus } from './run-corpus.ts'
import type { CorpusQuery } from './run-corpus.ts'

const corpus = await loadCorpus()

interface Baseline {
  readonly failing: readonly { readonly path: string }[]
}

const baseline = JSON.parse(readFileSync(CORPUS_BASELINE, 'utf8')) as Baseline

function chosen(all: readonly CorpusQuery[], core: readonly CorpusQuery[]): readonly CorpusQuery[] {
  if (process.env['HUNT_CORPUS'] === 'all') return all
  if (process.env['HUNT_CORPUS'] === 'core') return core
  return core.filter(({ path }) => createHash('sha256').update(path).digest().readUInt8(0) % 3 === 0)
}

test('published rules run', { skip: corpus === undefined ? '../shared/corpus is not here' : false }, async () => {
  const failing = new Set(baseline.failing.map(({ path }) => path))
  const core = (corpus ?? []).filter(({ isCore }) => isCore)
  assert.ok(core.length > 90, `only ${core.length} rules of CORE.txt load`)
  const results = await runCorpus(chosen(corpus ?? [], core))
  const lost = results.filter(({ query, outcome }) => outcome !== 'ran' && !failing.has(query.path))
  assert.deepEqual(lost.map(({ query, reason }) => `${query.path}: ${reason}`), [], JSON.stringify(countReasons(results))) // prettier-ignore
})
