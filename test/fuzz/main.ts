/** `npm run fuzz [-- --seconds 60] [--seed 1]`: random queries, over tables and files, and damaged rule files; exit code 1 when one breaks a rule. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openTestEngine } from '../support/kql.ts'
import { readCatalogue } from './catalogue.ts'
import { filesRound, openTwoPlaces } from './files.ts'
import { FILED, openProgramFiles } from './program-files.ts'
import { programsRound } from './programs.ts'
import { Random } from './random.ts'
import { ruleFileRound, ruleTexts } from './rule-files.ts'
import { fuzzRound, type Finding, type Round } from './run.ts'
import { storeTables } from './values.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    /** Of the first round; each round adds one. A finding prints that of its round. */
    seed: { type: 'string' },
    rounds: { type: 'string' },
  },
})

const first = Number(values.seed ?? Date.now() % 1_000_000_000)
const most = Number(values.rounds ?? Infinity)
const deadline = Date.now() + Number(values.seconds) * 1000
/** One round in so many damages a rule file, asks files and what was loaded of them, or a program; the others ask one engine. */
const RULE_FILES = 10
const FILES = 4
const PROGRAMS = 3

const engine = await openTestEngine()
await storeTables(engine)
const folder = mkdtempSync(join(tmpdir(), 'hunt-fuzz-'))
const places = await openTwoPlaces(folder)
const filed = await openProgramFiles(folder)
const catalogue = readCatalogue()
const texts = ruleTexts()
const findings = new Map<string, Finding>()
let [rounds, queries] = [0, 0]
for (; rounds < most && Date.now() < deadline; rounds++) {
  const seed = first + rounds
  if (seed % RULE_FILES === 0) {
    report(await ruleFileRound(texts, new Random(seed), seed))
  } else if (seed % FILES === 1) {
    count(await filesRound(places, catalogue, seed))
  } else if (seed % PROGRAMS === 2) {
    count(await (seed % 2 === 0 ? programsRound(engine, seed) : programsRound(filed.engine, seed, [FILED])))
  } else {
    count(await fuzzRound(engine, catalogue, seed))
  }
}
engine.close()
await places.close()
await filed.close()
rmSync(folder, { recursive: true })
process.stdout.write(`seed ${first}: ${queries} queries in ${rounds} rounds, ${findings.size} findings\n`)
process.exitCode = findings.size > 0 ? 1 : 0

function count({ finding, isQuery }: Round): void {
  if (isQuery) queries++
  report(finding)
}

/** The first of each kind: the others most likely have its cause. */
function report(finding: Finding | undefined): void {
  if (finding === undefined || findings.has(finding.kind)) return
  findings.set(finding.kind, finding)
  const { kind, seed, query, detail } = finding
  process.stdout.write(`${kind}\n  npm run fuzz -- --seed ${seed} --rounds 1\n${query.replace(/^/gm, '    ')}\n  → ${detail}\n\n`) // prettier-ignore
}
