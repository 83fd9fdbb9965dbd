/**
 * A piece of a scalar's value that stands in the file just so: `length` characters from `at` in the value are those
 * from `source` in the text. A character that the file writes in another way (an escape, a folded line break) is a run of
 * its own, with `sourceLength` saying how much of the file it takes.
 */
export interface Run {
  readonly at: number
  readonly source: number
  readonly length: number
  readonly sourceLength: number
  /** True for the space that stands for a line end of the file. */
  readonly isFold: boolean
}

export interface MappedText {
  readonly text: string
  readonly runs: readonly Run[]
}

/** Builds a value together with the way back to the file. */
export class RunBuilder {
  readonly #pieces: string[] = []
  readonly #runs: Run[] = []
  #length = 0

  /** Appends text that stands in the file as it is. */
  copy(text: string, source: number): void {
    this.write(text, source, text.length)
  }

  /** Appends text for which the file has `sourceLength` other characters. */
  write(text: string, source: number, sourceLength: number): void {
    this.#append(text, source, sourceLength, false)
  }

  /** Appends the space for which the file has a line end. */
  fold(source: number, sourceLength: number): void {
    this.#append(' ', source, sourceLength, true)
  }

  build(): MappedText {
    return { text: this.#pieces.join(''), runs: this.#runs }
  }

  #append(text: string, source: number, sourceLength: number, isFold: boolean): void {
    if (text === '') return
    this.#pieces.push(text)
    this.#runs.push({ at: this.#length, source, length: text.length, sourceLength, isFold })
    this.#length += text.length
  }
}

/** `[start, end)` of a mapped text without what lies outside. */
export function sliceMapped({ text, runs }: MappedText, start: number, end: number): MappedText {
  const kept: Run[] = []
  for (const run of runs) {
    const from = Math.max(run.at, start)
    const to = Math.min(run.at + run.length, end)
    if (from >= to) continue
    const isExact = run.length === run.sourceLength
    kept.push({
      at: from - start,
      source: isExact ? run.source + (from - run.at) : run.source,
      length: to - from,
      sourceLength: isExact ? to - from : run.sourceLength,
      isFold: run.isFold,
    })
  }
  return { text: text.slice(start, end), runs: kept }
}

/** Where the range of the value stands in the file, as `[start, end)`. A range behind the end maps to the end. */
export function locate({ text, runs }: MappedText, offset: number, length: number): readonly [number, number] {
  const first = locateOne(runs, Math.min(offset, text.length))
  if (length <= 0) return [first[0], first[0]]
  const last = locateOne(runs, Math.min(offset + length, text.length) - 1)
  return [first[0], Math.max(first[1], last[1])]
}

function locateOne(runs: readonly Run[], offset: number): readonly [number, number] {
  const run = runs.findLast(({ at }) => at <= offset)
  if (run === undefined) return [0, 0]
  const into = offset - run.at
  if (into >= run.length) return [run.source + run.sourceLength, run.source + run.sourceLength]
  if (run.length !== run.sourceLength) return [run.source, run.source + run.sourceLength]
  return [run.source + into, run.source + into + 1]
}
