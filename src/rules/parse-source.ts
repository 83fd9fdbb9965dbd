import { duplicateKey } from './checks/duplicate-key.ts'
import { yamlSection } from './checks/yaml-section.ts'
import { yamlSyntax } from './checks/yaml-syntax.ts'
import type { ReadKey } from './document/keys.ts'
import { parseYaml } from './document/tree.ts'
import type { YamlNode, YamlProblem, YamlTree } from './document/tree.ts'
import type { Finding } from './finding.ts'
import { REPAIRS } from './repair/index.ts'
import type { Proposal, Repair } from './repair/repair.ts'
import { damagedSections, salvage } from './repair/salvage.ts'
import { applyEdits, composeMaps, identityMap } from './source/offset-map.ts'
import type { OffsetMap } from './source/offset-map.ts'
import { createSourceText } from './source/source-text.ts'
import type { SourceText } from './source/source-text.ts'
import { describeYamlProblem } from './yaml-problems.ts'

export interface ParsedSource {
  readonly source: SourceText
  readonly trees: readonly YamlTree[]
  readonly findings: readonly Finding[]
  /** Top-level keys that stand in the file but could not be read. */
  readonly damagedKeys: ReadonlySet<ReadKey>
  /** False when YAML problems are left, so that the trees say little. */
  readonly isSound: boolean
}

interface Reading {
  readonly text: string
  readonly map: OffsetMap
  readonly trees: readonly YamlTree[]
  readonly findings: readonly Finding[]
}

/** Text → YAML trees. What YAML refuses is repaired where only one repair makes sense; see `repair/`. */
export function parseSource(file: string, sha256: string, original: string): ParsedSource {
  let reading: Reading = { text: original, map: identityMap, trees: parseYaml(original), findings: [] }
  if (problemsOf(reading).length > 0) reading = repaired(reading)
  const source = createSourceText({ file, sha256, original, repaired: reading })
  const repeated = repeatedKeys(reading)
  const problems = problemsOf(reading)
  if (problems.length === 0) {
    const findings = [...reading.findings, ...repeated]
    return { source, trees: reading.trees, findings, damagedKeys: new Set(), isSound: true }
  }
  const saved = salvage(reading.text)
  if (saved === undefined) {
    // Section by section the first problem of each comes out, and not what it brings about further down.
    const sections = damagedSections(reading.text).map(({ problem }) => problem)
    const told = describeYamlProblems(sections.length > 0 ? sections : problems, reading.text)
    const findings = [...reading.findings, ...told]
    return { source, trees: reading.trees, findings, damagedKeys: new Set(), isSound: false }
  }
  const dropped = saved.dropped.map(({ key, problem }) => droppedSection(key, problem, reading.text))
  const findings = [...reading.findings, ...dropped, ...repeated]
  return { source, trees: saved.trees, findings, damagedKeys: saved.damagedKeys, isSound: true }
}

function repaired(reading: Reading): Reading {
  let best = reading
  for (const repair of REPAIRS) {
    if (problemsOf(best).length === 0) return best
    best = attempt(best, repair) ?? best
  }
  if (problemsOf(best).length === 0) return best
  // Two kinds of damage can hide each other: then only all repairs together show that each was right.
  const together = REPAIRS.reduce((state, repair) => {
    const proposal = repair(state.text, problemsOf(state))[0]
    return proposal === undefined ? state : apply(state, proposal)
  }, reading)
  return problemsOf(together).length === 0 ? together : best
}

/** The reading after a repair; undefined when it does not help or when its readings differ. */
function attempt(reading: Reading, repair: Repair): Reading | undefined {
  const before = problemsOf(reading).length
  const outcomes = repair(reading.text, problemsOf(reading)).map((proposal) => apply(reading, proposal))
  const helpful = outcomes.filter((outcome) => problemsOf(outcome).length < before)
  const clean = helpful.filter((outcome) => problemsOf(outcome).length === 0)
  const [first] = clean.length > 0 ? clean : helpful
  if (first === undefined) return undefined
  const meanings = new Set(clean.map((outcome) => outcome.trees.map(({ root }) => meaningOf(root)).join('\n')))
  return meanings.size > 1 ? undefined : first
}

function apply(reading: Reading, { edits, notes }: Proposal): Reading {
  const { text, map } = applyEdits(reading.text, edits)
  const findings = notes.map(({ start, end, ...note }): Finding => {
    return { ...note, at: { kind: 'file', start: reading.map.toOriginal(start), end: reading.map.toOriginal(end) } }
  })
  return {
    text,
    map: composeMaps(reading.map, map),
    trees: parseYaml(text),
    findings: [...reading.findings, ...findings],
  }
}

/** Two readings mean the same when they differ in white space only. */
function meaningOf(node: YamlNode, depth = 0): string {
  if (depth > 20) return '…'
  switch (node.kind) {
    case 'scalar':
      return JSON.stringify(node.text.replace(/\s+/g, ' '))
    case 'null':
      return 'null'
    case 'list':
      return `[${node.items.map((item) => meaningOf(item, depth + 1)).join()}]`
    case 'map':
      return `{${node.entries.map(({ key, value }) => `${JSON.stringify(key)}:${meaningOf(value, depth + 1)}`).join()}}`
  }
}

function problemsOf({ trees }: Reading): readonly YamlProblem[] {
  return trees.flatMap(({ problems }) => problems)
}

function repeatedKeys({ trees }: Reading): readonly Finding[] {
  return trees.flatMap(({ repeatedKeys: keys }) =>
    keys.map(({ key, start, end }) => ({
      check: duplicateKey,
      at: { kind: 'text' as const, start, end },
      message: `the key "${key}" is given again further down; this value is ignored`,
      hint: 'keep one of them',
    })),
  )
}

function droppedSection(key: string, problem: YamlProblem, text: string): Finding {
  const { message, hint } = describeYamlProblem(problem, text)
  return {
    check: yamlSection,
    at: { kind: 'text', start: problem.start, end: problem.end },
    message: `"${key}" cannot be read and is left out: ${message}`,
    ...(hint === undefined ? {} : { hint }),
  }
}

/** One problem brings others in its wake: one a line and five a file say enough. */
const MAX_PROBLEMS = 5

function describeYamlProblems(problems: readonly YamlProblem[], text: string): readonly Finding[] {
  const lines = new Set<number>()
  const findings: Finding[] = []
  for (const problem of [...problems].sort((a, b) => a.start - b.start)) {
    const line = text.slice(0, problem.start).split('\n').length
    if (lines.has(line) || findings.length === MAX_PROBLEMS) continue
    lines.add(line)
    const { message, hint } = describeYamlProblem(problem, text)
    findings.push({
      check: yamlSyntax,
      at: { kind: 'text', start: problem.start, end: problem.end },
      message,
      ...(hint === undefined ? {} : { hint }),
    })
  }
  return findings
}
