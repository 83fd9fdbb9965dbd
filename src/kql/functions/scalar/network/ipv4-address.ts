/** IPv4 addresses as unsigned 32-bit numbers with the prefix of their CIDR notation. */
export interface Ipv4 {
  /** Host bits beyond the prefix are zero. */
  readonly address: number
  /** 0 to 32; 32 where the text has none. */
  readonly prefix: number
}

const TEXT = /^\s*(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?\s*$/

export function ipv4Mask(prefix: number): number {
  return prefix === 0 ? 0 : (0xffff_ffff << (32 - prefix)) >>> 0
}

export function masked(address: number, prefix: number): number {
  return (address & ipv4Mask(prefix)) >>> 0
}

/** Undefined where the text is no address. */
export function parseIpv4(text: string): Ipv4 | undefined {
  const match = TEXT.exec(text)
  if (match === null) return undefined
  const octets = match.slice(1, 5).map(Number)
  const prefix = match[5] === undefined ? 32 : Number(match[5])
  if (octets.some((octet) => octet > 255) || prefix > 32) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = octets
  return { address: masked(((a << 24) | (b << 16) | (c << 8) | d) >>> 0, prefix), prefix }
}

export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')
}

/** -1, 0 or 1 under the shortest of the three prefixes. */
export function compareIpv4(left: Ipv4, right: Ipv4, prefix: number): number {
  const shortest = Math.min(left.prefix, right.prefix, prefix)
  return Math.sign(masked(left.address, shortest) - masked(right.address, shortest))
}

export function isInRange({ address }: Ipv4, range: Ipv4): boolean {
  return masked(address, range.prefix) === range.address
}

const PRIVATE: readonly Ipv4[] = [
  { address: 0x0a00_0000, prefix: 8 },
  { address: 0xac10_0000, prefix: 12 },
  { address: 0xc0a8_0000, prefix: 16 },
]

/** RFC 1918. */
export function isPrivate(ip: Ipv4): boolean {
  return PRIVATE.some((range) => isInRange(ip, range))
}

/** The fewest CIDR blocks that cover exactly `start` to `end`, both included. */
export function cidrList(start: number, end: number): string[] {
  const blocks: string[] = []
  for (let at = start; at <= end;) {
    let prefix = 32
    while (prefix > 0) {
      const size = 2 ** (33 - prefix)
      if (at % size !== 0 || at + size - 1 > end) break
      prefix--
    }
    blocks.push(`${formatIpv4(at)}/${prefix}`)
    at += 2 ** (32 - prefix)
  }
  return blocks
}
