import { nearestName } from '../text/near-name.ts'
import type { Problem } from './problem.ts'
import type { Read } from './read/value.ts'
import { atPath } from './problem.ts'

/** A value in a message: quoted, on one line, not longer than needed to recognise it. */
export function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return `"${line.length > 60 ? `${line.slice(0, 57)}…` : line}"`
}

/** `a, b and c`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
}

/** The near name, if there is one, and the accepted values. */
export function suggestion(written: string, accepted: readonly string[], noun = 'accepted'): string {
  const near = nearestName(written, accepted)
  const values = `${noun}: ${accepted.join(', ')}`
  return near === undefined ? values : `did you mean "${near}"? ${values}`
}

/** What there is to say about a value out of a fixed set. `written` turns a value into how it should be written. */
export function choiceProblems(
  read: Read<string>,
  what: string,
  accepted: readonly string[],
  otherwise = '',
): readonly Problem[] {
  if (read.text === undefined || (read.value !== undefined && read.isExact)) return []
  if (read.value === undefined) {
    const message = `${what} ${quoted(read.text)} is not known${otherwise}`
    return [{ at: atPath(read.path), message, hint: suggestion(read.text, accepted) }]
  }
  const message = `${what} ${quoted(read.text)} is read as "${read.value}"`
  return [{ at: atPath(read.path), message, hint: `write ${read.value}` }]
}
