/** Replaces `remove` characters at `offset` by `insert`. Offsets are UTF-16 units of the text before any edit. */
export interface Edit {
  readonly offset: number
  readonly remove: number
  readonly insert: string
}

/** Translates an offset of an edited text back to the text that it was made from. */
export interface OffsetMap {
  toOriginal(offset: number): number
}

export const identityMap: OffsetMap = { toOriginal: (offset) => offset }

/** First `inner` (the later edit), then `outer` (the earlier one): the way back from the last text to the first. */
export function composeMaps(outer: OffsetMap, inner: OffsetMap): OffsetMap {
  if (outer === identityMap) return inner
  if (inner === identityMap) return outer
  return { toOriginal: (offset) => outer.toOriginal(inner.toOriginal(offset)) }
}

/** Applies edits that do not overlap. Characters that an edit inserts map to the place of the edit. */
export function applyEdits(text: string, edits: readonly Edit[]): { readonly text: string; readonly map: OffsetMap } {
  if (edits.length === 0) return { text, map: identityMap }
  const sorted = [...edits].sort((a, b) => a.offset - b.offset)
  const edited: string[] = []
  // Parallel arrays of the places where the distance between the two texts changes, ascending by `starts`.
  const starts: number[] = [0]
  const origins: number[] = [0]
  const steps: number[] = [1]
  let length = 0
  let position = 0
  for (const edit of sorted) {
    edited.push(text.slice(position, edit.offset), edit.insert)
    length += edit.offset - position
    if (edit.insert.length > 0) mark(starts, origins, steps, length, edit.offset, 0)
    length += edit.insert.length
    position = edit.offset + edit.remove
    mark(starts, origins, steps, length, position, 1)
  }
  edited.push(text.slice(position))
  return { text: edited.join(''), map: { toOriginal: (offset) => lookUp(starts, origins, steps, offset) } }
}

/** `step` is 1 where the texts run in parallel and 0 inside of an insertion. */
function mark(starts: number[], origins: number[], steps: number[], start: number, origin: number, step: number): void {
  starts.push(start)
  origins.push(origin)
  steps.push(step)
}

function lookUp(
  starts: readonly number[],
  origins: readonly number[],
  steps: readonly number[],
  offset: number,
): number {
  const index = lastAtOrBefore(starts, offset)
  return (origins[index] ?? 0) + (steps[index] ?? 1) * (offset - (starts[index] ?? 0))
}

/** Index of the last element that is at most `value`; 0 when there is none. `ascending` must not be empty. */
export function lastAtOrBefore(ascending: readonly number[], value: number): number {
  let low = 0
  let high = ascending.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((ascending[middle] ?? 0) <= value) low = middle
    else high = middle - 1
  }
  return low
}
