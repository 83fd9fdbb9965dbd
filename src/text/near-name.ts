import { distance } from 'fastest-levenshtein'

/**
 * The candidates that a mistyped name probably meant, best first: equal but for case, then those that start with it,
 * then those within a third of its length (rounded up) in edits. Empty when nothing is near. The name itself, which may be
 * known elsewhere than where it was used, is no guess.
 */
export function nearNames(name: string, candidates: Iterable<string>, limit = 3): readonly string[] {
  const wanted = name.toLowerCase()
  const scored: { candidate: string; score: number }[] = []
  for (const candidate of new Set(candidates)) {
    if (candidate === name) continue
    const score = scoreOf(wanted, candidate.toLowerCase())
    if (score !== undefined) scored.push({ candidate, score })
  }
  return scored
    .sort((a, b) => a.score - b.score || a.candidate.localeCompare(b.candidate, 'en'))
    .slice(0, limit)
    .map(({ candidate }) => candidate)
}

/** The single best guess; undefined when nothing is near. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  return nearNames(name, candidates, 1)[0]
}

function scoreOf(wanted: string, candidate: string): number | undefined {
  if (wanted === candidate) return 0
  const edits = distance(wanted, candidate)
  // `CallerIP` finds `CallerIpAddress` by its beginning, `Conut` finds `Count` by its edits (a swap counts two),
  // and three-letter names do not find each other.
  if (edits <= Math.ceil(wanted.length / 3)) return edits
  if (wanted.length >= 3 && candidate.startsWith(wanted)) return 1 + edits / 100
  return undefined
}
