/** xxHash64 with seed 0: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md. */
const P1 = 0x9e3779b185ebca87n
const P2 = 0xc2b2ae3d27d4eb4fn
const P3 = 0x165667b19e3779f9n
const P4 = 0x85ebca77c2b2ae63n
const P5 = 0x27d4eb2f165667c5n

const wrap = (value: bigint): bigint => BigInt.asUintN(64, value)
const rotate = (value: bigint, bits: bigint): bigint => wrap((value << bits) | (value >> (64n - bits)))
const round = (sum: bigint, lane: bigint): bigint => wrap(rotate(wrap(sum + lane * P2), 31n) * P1)

/** The hash as an unsigned 64-bit number. */
export function xxhash64(bytes: Buffer): bigint {
  let at = 0
  let sum = P5
  if (bytes.length >= 32) {
    const lanes = [wrap(P1 + P2), P2, 0n, wrap(-P1)]
    for (; at + 32 <= bytes.length; at += 32) {
      for (let lane = 0; lane < 4; lane++) lanes[lane] = round(lanes[lane] ?? 0n, bytes.readBigUInt64LE(at + lane * 8))
    }
    const [a = 0n, b = 0n, c = 0n, d = 0n] = lanes
    sum = wrap(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n))
    for (const lane of lanes) sum = wrap((sum ^ round(0n, lane)) * P1 + P4)
  }
  sum = wrap(sum + BigInt(bytes.length))
  return avalanche(rest(bytes, at, sum))
}

function rest(bytes: Buffer, start: number, initial: bigint): bigint {
  let at = start
  let sum = initial
  for (; at + 8 <= bytes.length; at += 8) sum = wrap(rotate(sum ^ round(0n, bytes.readBigUInt64LE(at)), 27n) * P1 + P4)
  if (at + 4 <= bytes.length) {
    sum = wrap(rotate(sum ^ wrap(BigInt(bytes.readUInt32LE(at)) * P1), 23n) * P2 + P3)
    at += 4
  }
  for (; at < bytes.length; at++) sum = wrap(rotate(sum ^ wrap(BigInt(bytes[at] ?? 0) * P5), 11n) * P1)
  return sum
}

function avalanche(sum: bigint): bigint {
  const second = wrap((sum ^ (sum >> 33n)) * P2)
  const third = wrap((second ^ (second >> 29n)) * P3)
  return third ^ (third >> 32n)
}
