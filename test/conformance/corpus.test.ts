/**
 * Varied published rules (CORE.txt) run over empty tables and over generated rows. The whole corpus takes minutes:
 * HUNT_CORPUS=all tests it, `run-corpus.ts --record` writes corpus.baseline.json, whose list of rules that do not run may
 * only shrink.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CORPUS_BASELINE, countReasons, loadCorpus, runCorpus } from './run-corpus.ts'

const corpus = await loadCorpus()

interface Baseline {
  readonly failing: readonly { readonly path: string }[]
}

const baseline = JSON.parse(readFileSync(CORPUS_BASELINE, 'utf8')) as Baseline

test('published rules run', { skip: corpus === undefined ? '../shared/corpus is not here' : false }, async () => {
  const failing = new Set(baseline.failing.map(({ path }) => path))
  const isWhole = process.env['HUNT_CORPUS'] === 'all'
  const results = await runCorpus((corpus ?? []).filter(({ isCore }) => isCore || isWhole))
  assert.ok(results.length > 90, `only ${results.length} rules of CORE.txt load`)
  const lost = results.filter(({ query, outcome }) => outcome !== 'ran' && !failing.has(query.path))
  assert.deepEqual(lost.map(({ query, reason }) => `${query.path}: ${reason}`), [], JSON.stringify(countReasons(results))) // prettier-ignore
})
