/**
 * What the stages of one run have to say, each said once with how often it was meant. A warning is for somebody to act on: a
 * mapping that gives nothing, rows without an alert. A note is a fact that asks for nothing, since the result files have all
 * of it: an empty cell beside filled ones, what a limit of Sentinel left out of an alert.
 */
export interface Remarks {
  warn(text: string): void
  note(text: string): void
  warnings(): readonly string[]
  notes(): readonly string[]
}

export function createRemarks(): Remarks {
  const warnings = createCounter()
  const notes = createCounter()
  return { warn: warnings.add, note: notes.add, warnings: warnings.list, notes: notes.list }
}

function createCounter() {
  const counts = new Map<string, number>()
  return {
    add: (text: string): void => void counts.set(text, (counts.get(text) ?? 0) + 1),
    list: (): readonly string[] =>
      [...counts].map(([text, count]) => (count === 1 ? text : `${text} (${count} times)`)),
  }
}
