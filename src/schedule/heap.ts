/** A binary heap: the least item first. */
export class Heap<T> {
  readonly #items: T[] = []
  readonly #compare: (a: T, b: T) => number

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare
  }

  peek(): T | undefined {
    return this.#items[0]
  }

  push(item: T): void {
    const items = this.#items
    let index = items.push(item) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = items[parent]
      if (above === undefined || this.#compare(above, item) <= 0) break
      items[index] = above
      index = parent
    }
    items[index] = item
  }

  pop(): T | undefined {
    const items = this.#items
    const [first] = items
    const last = items.pop()
    if (last !== undefined && items.length > 0) this.#sink(last)
    return first
  }

  clear(): void {
    this.#items.length = 0
  }

  dropWhile(isDropped: (item: T) => boolean): void {
    for (let head = this.peek(); head !== undefined && isDropped(head); head = this.peek()) this.pop()
  }

  #sink(item: T): void {
    const items = this.#items
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      if (left >= items.length) break
      const right = left + 1
      const [a, b] = [items[left], items[right]]
      const smaller = a !== undefined && b !== undefined && this.#compare(b, a) < 0 ? right : left
      const child = items[smaller]
      if (child === undefined || this.#compare(item, child) <= 0) break
      items[index] = child
      index = smaller
    }
    items[index] = item
  }
}
