/** Bytes of a SHA-256. */
const SIZE = 32

/** Four million numbers, twice as many as a run may have rows. */
const NUMBER_BITS = (1n << 22n) - 1n

/**
 * Different digests in the order in which they came, each once. Half a million ids take 20 MB here, a tenth of what a Map
 * of their texts would.
 */
export class Digests {
  #bytes = Buffer.alloc(512 * SIZE)
  /** Open addressing: the number of the digest plus one, 0 where the slot is free. Its length is a power of two. */
  #slots = new Uint32Array(1024)
  #count = 0

  get length(): number {
    return this.#count
  }

  /** The number of the digest; it is new where that equals the length before. */
  add(digest: Uint8Array): number {
    if (2 * this.#count >= this.#slots.length) this.#grow()
    const slot = this.#slotOf(digest)
    const known = this.#slots[slot] ?? 0
    if (known > 0) return known - 1
    this.#bytes.set(digest, this.#count * SIZE)
    this.#slots[slot] = ++this.#count
    return this.#count - 1
  }

  /** The digest of that number; only until the next is added. */
  bytesAt(number: number): Uint8Array {
    return this.#bytes.subarray(number * SIZE, (number + 1) * SIZE)
  }

  /** In hex. */
  at(number: number): string {
    return this.#bytes.toString('hex', number * SIZE, (number + 1) * SIZE)
  }

  /** The numbers of all, in the order of the digests' first 42 bits: as good as sorted for whoever looks them up in an index. */
  sortedNumbers(): Iterable<number> {
    const keys = new BigUint64Array(this.#count)
    for (let number = 0; number < this.#count; number++) {
      const prefix = this.#bytes.readBigUInt64BE(number * SIZE)
      keys[number] = (prefix & ~NUMBER_BITS) | BigInt(number)
    }
    keys.sort()
    return {
      *[Symbol.iterator]() {
        for (const key of keys) yield Number(key & NUMBER_BITS)
      },
    }
  }

  /** Where the digest is, or the free slot where it belongs. */
  #slotOf(digest: Uint8Array): number {
    const mask = this.#slots.length - 1
    // The bytes of a digest are as good as random.
    let slot = ((digest[0] ?? 0) | ((digest[1] ?? 0) << 8) | ((digest[2] ?? 0) << 16) | ((digest[3] ?? 0) << 24)) & mask
    for (;;) {
      const number = this.#slots[slot] ?? 0
      if (number === 0 || this.#isAt(number - 1, digest)) return slot
      slot = (slot + 1) & mask
    }
  }

  #isAt(number: number, digest: Uint8Array): boolean {
    const start = number * SIZE
    for (let index = 0; index < SIZE; index++) if (this.#bytes[start + index] !== digest[index]) return false
    return true
  }

  #grow(): void {
    const slots = this.#slots.length * 2
    const bytes = Buffer.alloc(Math.max(this.#bytes.length, (slots / 2) * SIZE))
    this.#bytes.copy(bytes, 0, 0, this.#count * SIZE)
    this.#bytes = bytes
    this.#slots = new Uint32Array(slots)
    for (let number = 0; number < this.#count; number++) {
      this.#slots[this.#slotOf(this.bytesAt(number))] = number + 1
    }
  }
}
