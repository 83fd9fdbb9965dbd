/** What the values are made of; a name may be known without being listed. */
type Sources<Source> = Pick<ReadonlyMap<string, Source>, 'size' | 'has' | 'get' | 'keys'>

/**
 * A read-only map whose values are made when somebody asks for them: the catalogue holds over a thousand tables with
 * 36,000 columns, a query reads two or three.
 */
export class LazyMap<Source, Value> implements ReadonlyMap<string, Value> {
  readonly #sources: Sources<Source>
  readonly #make: (name: string, source: Source) => Value
  readonly #made = new Map<string, Value>()

  constructor(sources: Sources<Source>, make: (name: string, source: Source) => Value) {
    this.#sources = sources
    this.#make = make
  }

  get size(): number {
    return this.#sources.size
  }

  has(name: string): boolean {
    return this.#sources.has(name)
  }

  /** The same object on every call: callers keep what they derive from it in a WeakMap. */
  get(name: string): Value | undefined {
    const known = this.#made.get(name)
    if (known !== undefined) return known
    const source = this.#sources.get(name)
    if (source === undefined) return undefined
    const value = this.#make(name, source)
    this.#made.set(name, value)
    return value
  }

  keys() {
    return this.#sources.keys()
  }

  *values(): Generator<Value, undefined> {
    for (const [, value] of this) yield value
    return undefined
  }

  entries() {
    return this[Symbol.iterator]()
  }

  *[Symbol.iterator](): Generator<[string, Value], undefined> {
    for (const name of this.#sources.keys()) {
      const value = this.get(name)
      if (value !== undefined) yield [name, value]
    }
    return undefined
  }

  forEach(callback: (value: Value, name: string, map: ReadonlyMap<string, Value>) => void): void {
    for (const [name, value] of this) callback(value, name, this)
  }
}
