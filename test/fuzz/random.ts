/** Reproducible chance: the same seed gives the same run on every machine. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** In [0, 1). A Weyl sequence through a mixing function: plenty for choosing test inputs. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }

  /** In [0, limit). */
  integer(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }

  some<T>(items: readonly T[], most: number): T[] {
    const chosen = new Set<T>()
    const count = 1 + this.integer(most)
    for (let index = 0; index < count; index++) chosen.add(this.pick(items))
    return [...chosen]
  }
}
