import { readKeyOf } from '../document/keys.ts'
import type { ReadKey } from '../document/keys.ts'
import { parseYaml } from '../document/tree.ts'
import type { YamlProblem, YamlTree } from '../document/tree.ts'
import { linesOf } from './repair.ts'

export interface Salvaged {
  readonly trees: readonly YamlTree[]
  /** What was left out, with the first thing that YAML says about it. */
  readonly dropped: readonly { readonly key: string; readonly problem: YamlProblem }[]
  readonly damagedKeys: ReadonlySet<ReadKey>
}

export interface DamagedSection extends Section {
  readonly problem: YamlProblem
}

interface Section {
  readonly key: string
  readonly start: number
  readonly end: number
}

const TOP_LEVEL_KEY = /^([A-Za-z$][\w -]*?)\s*:(?:\s|$)/

/**
 * Reads what is sound of a file that YAML refuses as a whole: each top-level key is tried alone, and those that are damaged
 * are blanked out. Undefined when the query is among the damaged, when there is none, or when the rest is not sound either.
 */
export function salvage(text: string): Salvaged | undefined {
  const sections = sectionsOf(text)
  const damaged = damagedSections(text, sections)
  if (damaged.length === 0 || damaged.some(({ key }) => readKeyOf(key) === 'query')) return undefined
  if (!sections.some(({ key }) => readKeyOf(key) === 'query')) return undefined
  const trees = parseYaml(damaged.reduce((rest, { start, end }) => blank(rest, start, end), text))
  if (trees.some(({ problems }) => problems.length > 0)) return undefined
  const damagedKeys = new Set(damaged.flatMap(({ key }) => readKeyOf(key) ?? []))
  return { trees, dropped: damaged.map(({ key, problem }) => ({ key, problem })), damagedKeys }
}

/**
 * The top-level keys that YAML refuses even alone, with the first problem of each. A quote or bracket that is never closed
 * shows only behind the section; then the key itself is the place.
 */
export function damagedSections(
  text: string,
  sections: readonly Section[] = sectionsOf(text),
): readonly DamagedSection[] {
  return sections.flatMap((section) => {
    const problem = problemOf(text, section)
    if (problem === undefined) return []
    const { key, start, end } = section
    const isInside = problem.start < end && text.slice(problem.start, end).trim() !== ''
    const place = isInside ? {} : { start, end: start + key.length }
    return [{ ...section, problem: { ...problem, ...place } }]
  })
}

function sectionsOf(text: string): readonly Section[] {
  const starts = linesOf(text).flatMap((line) => {
    const key = TOP_LEVEL_KEY.exec(line.text)?.[1]
    return key === undefined ? [] : [{ key, start: line.start }]
  })
  return starts.map(({ key, start }, index) => ({ key, start, end: starts[index + 1]?.start ?? text.length }))
}

function problemOf(text: string, { start, end }: Section): YamlProblem | undefined {
  const problem = parseYaml(text.slice(start, end)).flatMap(({ problems }) => problems)[0]
  return problem === undefined ? undefined : { ...problem, start: problem.start + start, end: problem.end + start }
}

/** The text with spaces in place of a range; lines and offsets stay. */
function blank(text: string, start: number, end: number): string {
  return text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, ' ') + text.slice(end)
}
