/**
 * Writes MaxMind databases, of the little that tests need: https://maxmind.github.io/MaxMind-DB/ (version 2.0, records of
 * 24 bits, a tree of IPv6 in which IPv4 lies under ::/96).
 */
import { isIPv4 } from 'node:net'

type Value = string | number | { readonly uint: number } | readonly Value[] | { readonly [name: string]: Value }

/** Records by network, such as `203.0.113.0/24` or `2001:db8::/32`. */
export function mmdb(networks: Readonly<Record<string, Value>>): Buffer {
  const tree: [number | undefined, number | undefined][] = [[undefined, undefined]]
  const data: Buffer[] = []
  // Below zero: where the record begins in the data, as -1 - offset.
  let size = 0
  for (const [network, record] of Object.entries(networks)) {
    const bits = bitsOf(network)
    let node = 0
    bits.forEach((bit, depth) => {
      const branch = tree[node]
      if (branch === undefined) throw new Error(`no node ${node}`)
      if (depth === bits.length - 1) branch[bit] = -1 - size
      else {
        branch[bit] ??= tree.push([undefined, undefined]) - 1
        node = branch[bit]
      }
    })
    const encoded = encode(record)
    data.push(encoded)
    size += encoded.length
  }
  const pointer = (target: number | undefined): number =>
    target === undefined ? tree.length : target < 0 ? tree.length + 16 - 1 - target : target
  const nodes = Buffer.alloc(tree.length * 6)
  tree.forEach(([left, right], index) => {
    nodes.writeUIntBE(pointer(left), index * 6, 3)
    nodes.writeUIntBE(pointer(right), index * 6 + 3, 3)
  })
  const metadata = {
    node_count: { uint: tree.length },
    record_size: { uint: 24 },
    ip_version: { uint: 6 },
    database_type: 'Test-City',
    languages: ['en'],
    binary_format_major_version: { uint: 2 },
    binary_format_minor_version: { uint: 0 },
    build_epoch: { uint: 1_767_225_600 },
    description: { en: 'for tests' },
  }
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')
  return Buffer.concat([nodes, Buffer.alloc(16), ...data, marker, encode(metadata)])
}

function bitsOf(network: string): (0 | 1)[] {
  const [address = '', prefix = ''] = network.split('/')
  const bytes = isIPv4(address) ? [...new Array<number>(12).fill(0), ...address.split('.').map(Number)] : ipv6(address)
  const length = Number(prefix) + (isIPv4(address) ? 96 : 0)
  return bytes
    .flatMap((byte) => Array.from({ length: 8 }, (_, bit): 0 | 1 => (byte & (128 >> bit) ? 1 : 0)))
    .slice(0, length)
}

function ipv6(address: string): number[] {
  const [head = '', tail = ''] = address.split('::')
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const middle = new Array<number>(8 - groups(head).length - groups(tail).length).fill(0)
  return [...groups(head), ...middle, ...groups(tail)].flatMap((group) => [group >> 8, group & 255])
}

const [TEXT, DOUBLE, UINT32, MAP, ARRAY] = [2, 3, 6, 7, 11]

function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(TEXT, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleBE(value)
    return Buffer.concat([control(DOUBLE, 8), bytes])
  }
  if (isList(value)) return Buffer.concat([control(ARRAY, value.length), ...value.map(encode)])
  if (typeof value['uint'] === 'number') {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value['uint'])
    return Buffer.concat([control(UINT32, 4), bytes])
  }
  const members = Object.entries(value)
  return Buffer.concat([
    control(MAP, members.length),
    ...members.flatMap(([name, member]) => [encode(name), encode(member)]),
  ])
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value)

function control(type: number, size: number): Buffer {
  const [short, extra] = size < 29 ? [size, []] : [29, [size - 29]]
  return Buffer.from(type <= 7 ? [(type << 5) | short, ...extra] : [short, type - 7, ...extra])
}
