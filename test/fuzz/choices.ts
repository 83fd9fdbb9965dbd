/**
 * Chance that remembers what it chose, so that whatever was made by it can be made again of fewer choices: a generator that also says
 * what its query answers cannot be given a shorter text, but it can be led to one.
 */
import { Random } from './random.ts'

/** What is chosen where no choice is left: `chance` denies, `pick` takes the last, which generators therefore keep for the simplest. */
const SIMPLEST = 1 - 2 ** -32
const MOST_TRIES = 400

interface Part {
  readonly start: number
  readonly end: number
}

export class Choices extends Random {
  readonly #given: readonly number[] | undefined
  readonly #taken: number[] = []
  readonly #parts: Part[] = []

  /** Of a seed, or those of another run. */
  constructor(from: number | readonly number[]) {
    super(typeof from === 'number' ? from : 0)
    this.#given = typeof from === 'number' ? undefined : from
  }

  override next(): number {
    const choice = this.#given === undefined ? super.next() : (this.#given[this.#taken.length] ?? SIMPLEST)
    this.#taken.push(choice)
    return choice
  }

  /** Choices that may be left out together, or give way to a part of theirs. */
  part<T>(make: () => T): T {
    const start = this.#taken.length
    const made = make()
    if (this.#taken.length > start) this.#parts.push({ start, end: this.#taken.length })
    return made
  }

  /** One after another, each of which may be left out; `more` is how likely there is one more. */
  several<T>(more: number, make: () => T): T[] {
    const made: T[] = []
    const isMore = (): boolean => {
      if (!this.chance(more)) return false
      made.push(make())
      return true
    }
    while (this.part(isMore));
    return made
  }

  /** Those that most likely lead to something simpler, the greatest steps first. */
  *simpler(): Generator<readonly number[]> {
    const taken = this.#taken
    const parts = [...this.#parts].sort((one, other) => other.end - other.start - (one.end - one.start))
    const without = ({ start, end }: Part, instead: readonly number[] = []): readonly number[] => [
      ...taken.slice(0, start),
      ...instead,
      ...taken.slice(end),
    ]
    for (const part of parts) yield without(part)
    for (const part of parts) {
      const inner = parts.filter(({ start, end }) => start >= part.start && end <= part.end && end - start < part.end - part.start) // prettier-ignore
      for (const each of inner.reverse()) yield without(part, taken.slice(each.start, each.end))
    }
    for (let at = 0; at < taken.length; at++) {
      for (const choice of [SIMPLEST, 0]) if (taken[at] !== choice) yield without({ start: at, end: at + 1 }, [choice])
    }
  }
}

/**
 * The choices that lead to the shortest text of those that `fails` says still fails.
 * `textOf` makes it anew, and is undefined where the choices lead nowhere.
 */
export async function minimiseChoices<T extends { readonly text: string }>(
  first: number,
  make: (choices: Choices) => T | undefined,
  stillFails: (made: T) => Promise<boolean>,
): Promise<T | undefined> {
  let choices = new Choices(first)
  let smallest = make(choices)
  const tried = new Set<string>()
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false
    for (const given of choices.simpler()) {
      const candidate = new Choices(given)
      const made = make(candidate)
      if (made === undefined || smallest === undefined || made.text.length >= smallest.text.length || tried.has(made.text)) continue // prettier-ignore
      if (tried.size >= MOST_TRIES) return smallest
      tried.add(made.text)
      if (!(await stillFails(made))) continue
      ;[choices, smallest, isSmaller] = [candidate, made, true]
      break
    }
  }
  return smallest
}
