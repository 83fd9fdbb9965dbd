/**
 * Writes that end something of ours: a lease or a seat that goes back, a delivery that has arrived. What a full disk or a lock
 * refuses is made good before the next of their kind begins: otherwise a process that lives and works would wait for itself until
 * its own lease expires, and a sink would hear of an incident twice.
 */
export class Owed {
  readonly #writes = new Map<string, () => void>()

  /** @param name of what the write ends, which is owed once */
  write(name: string, write: () => void): void {
    this.#writes.set(name, write)
    this.settle()
  }

  settle(): void {
    for (const [name, write] of this.#writes) {
      write()
      this.#writes.delete(name)
    }
  }
}
