/** Gathers remarks of one stage, each said once with how often it was meant. */
export interface Notes {
  add(text: string): void
  list(): readonly string[]
}

export function createNotes(): Notes {
  const counts = new Map<string, number>()
  return {
    add: (text) => counts.set(text, (counts.get(text) ?? 0) + 1),
    list: () => [...counts].map(([text, count]) => (count === 1 ? text : `${text} (${count} times)`)),
  }
}
