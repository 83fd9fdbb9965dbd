/**
 * Rows for the tables of a query that are likely to get through its filters: texts and numbers that stand in the query,
 * bags with the members that it reads, times within its window. Between them are the values that logs have and authors
 * forget: nulls, empty texts, the ends of the ranges, other shapes of dynamics. The same seed gives the same rows.
 */
import { createHash } from 'node:crypto'
import type { Column } from '../../src/domain/kusto.ts'
import { wantedBy, type Shape, type Wanted } from './wanted-values.ts'

/** In storage form but for text: datetimes and timespans are ticks, guids and decimals text. */
export type StoredCell = string | bigint | number | boolean | null

export interface Generator {
  rows(table: string, columns: readonly Column[], count: number): StoredCell[][]
}

/** Numbers from 0 up to `below`, from the seed alone. */
type Dice = (below: number) => number

/** mulberry32, seeded with the first bytes of a hash. */
function diceOf(seed: string): Dice {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0)
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below)
  }
}

const ADDRESSES = ['10.0.0.4', '192.168.1.20', '203.0.113.9', '198.51.100.77:443', '2001:db8::1', '::ffff:10.1.2.3', '40.74.28.5', 'not an address'] // prettier-ignore
const PEOPLE = ['ann@contoso.com', 'Bob@Contoso.com', 'CONTOSO\\svc-backup', 'carol#EXT#@fabrikam.onmicrosoft.com', 'vm-1$', 'dave'] // prettier-ignore
const HOSTS = ['vm-1', 'VM-1', 'dc01.contoso.com', 'web.example.org', 'xn--mnchen-3ya.de', 'a.b.c.d.e.f.example.com']
const GUIDS = ['6f9619ff-8b86-d011-b42d-00c04fc964ff', '00000000-0000-0000-0000-000000000000', 'A1B2C3D4-1111-2222-3333-444455556666'] // prettier-ignore
const LINKS = ['https://example.com/a/b.php?x=1&y=%20z#top', 'http://198.51.100.7:8080/cmd.exe', '/owa/auth/x.js', 'example.com/path'] // prettier-ignore
const RESOURCES = ['/subscriptions/6f9619ff-8b86-d011-b42d-00c04fc964ff/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1', '/SUBSCRIPTIONS/1/RESOURCEGROUPS/RG'] // prettier-ignore
const PLAIN = ['', ' ', 'Success', 'Failure', 'success', '0', '1', '-7', '3.5', 'true', '4625', '2026-01-05T10:00:00Z', '00:10:00', 'aGVsbG8gd29ybGQ=', '0x1F', 'cmd.exe /c "whoami /all" & powershell -enc SQBFAFgA', 'C:\\Windows\\System32\\cmd.exe', 'ünï côdé 日本 🦊', "it's; a='b'; c=d", 'k1=v1;k2="v 2";k3', 'line\nbreak\ttab', '{broken json', '<broken xml', '%%1936', 'null', 'a,b,,c', 'x'.repeat(300)] // prettier-ignore

const POOLS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/addr|ip$|ip_|^ip|ipaddress/i, ADDRESSES],
  [/user|account|upn|principal|caller|identity|mail|actor|recipient|sender/i, PEOPLE],
  [/computer|host|device|domain|fqdn|dns|server/i, HOSTS],
  [/url|uri|link|referer/i, LINKS],
  [/resourceid|_resource|scope/i, RESOURCES],
  [/id$|guid/i, GUIDS],
]

interface Shaped {
  readonly table: string
  readonly columns: readonly Column[]
}

class Values {
  readonly #wanted: Wanted
  readonly #dice: Dice
  /** Ticks. */
  readonly #now: bigint
  readonly #columns: ReadonlySet<string>
  readonly #table: string

  constructor(wanted: Wanted, dice: Dice, now: bigint, { table, columns }: Shaped) {
    this.#table = table
    this.#wanted = wanted
    this.#dice = dice
    this.#now = now
    this.#columns = new Set(columns.map(({ name }) => name))
  }

  /**
   * A cell of a row that is made for the query: all its columns hold what the query compares them with, and what it does
   * not compare has few values, so that groups have several rows and joins find each other. `variant` is the row's own.
   */
  focused({ name, type }: Column, variant: number): StoredCell {
    const own = this.#wanted.byColumn.get(name) ?? []
    const wanted = own[variant % Math.max(1, own.length)]
    switch (type) {
      case 'bool':
        return variant % 4 !== 3
      case 'int':
      case 'long':
      case 'real': {
        const number = wanted !== undefined && /^-?\d{1,15}(\.\d+)?$/.test(wanted) ? Number(wanted) : 10 + (variant % 3)
        return type === 'long' ? BigInt(Math.trunc(number)) : type === 'int' ? Math.trunc(number) | 0 : number
      }
      case 'string':
        return this.#wanted.shapes.has(name) && wanted === undefined ? this.#shapedText(name, variant) : this.#focusedText(name, wanted, variant) // prettier-ignore
      case 'datetime':
        return this.#now - BigInt(1 + this.#dice(variant % 3 === 2 ? 1_000_000 : 80_000)) * 10_000_000n
      case 'guid':
        return (GUIDS[variant % 2] ?? '').toLowerCase()
      case 'dynamic':
        return JSON.stringify(this.#shaped(this.#wanted.shapes.get(name), name, variant))
      default:
        return this.cell({ name, type })
    }
  }

  #focusedText(name: string, wanted: string | undefined, variant: number): string {
    if (wanted !== undefined) return wanted
    const pool = POOLS.find(([pattern]) => pattern.test(name))?.[1]
    if (name === 'EventData') return this.#xml()
    return pool?.[variant % 2] ?? PLAIN[2 + (variant % 2)] ?? ''
  }

  #shapedText(name: string, variant: number): string {
    return /eventdata|xml/i.test(name) ? this.#xml() : JSON.stringify(this.#shaped(this.#wanted.shapes.get(name), name, variant)) // prettier-ignore
  }

  #shaped(shape: Shape | undefined, name: string, variant: number): unknown {
    if (shape === undefined) return { [this.#pick(this.#wanted.members)]: this.#leaf([name], variant) }
    if (shape.items !== undefined) return [this.#shaped(shape.items, name, variant), this.#shaped(shape.items, name, variant + 1)] // prettier-ignore
    if (shape.members.size === 0) return this.#leaf([...shape.names, name], variant)
    return Object.fromEntries([...shape.members].map(([key, member]) => [key, this.#shaped(member, key, variant)]))
  }

  #leaf(names: readonly string[], variant: number): string {
    const own = names.flatMap((name) => this.#wanted.byColumn.get(name) ?? [])
    return this.#focusedText(names.at(-1) ?? '', own[variant % Math.max(1, own.length)], variant)
  }

  cell({ name, type }: Column): StoredCell {
    if (type !== 'string' && this.#chance(7)) return null
    switch (type) {
      case 'bool':
        return this.#chance(50)
      case 'int':
        return Number(BigInt.asIntN(32, this.#number(name)))
      case 'long':
        return this.#number(name)
      case 'real':
        return this.#chance(5)
          ? this.#pick([NaN, Infinity, -0, 1e300])
          : Number(this.#number(name)) / this.#pick([1, 3])
      case 'decimal':
        return this.#pick(['0', '1.5', '-2.25', '100000.000000000000000001'])
      case 'string':
        return this.#text(name)
      case 'datetime':
        return this.#instant(name)
      case 'timespan':
        return BigInt(this.#dice(864_000)) * this.#pick([1n, 10_000_000n, -10_000n])
      case 'guid':
        return this.#pick(GUIDS).toLowerCase()
      case 'dynamic':
        return this.#chance(8) ? this.#pick(['"text"', '17', 'true', '[]', '{}', '1.5']) : this.#dynamic()
    }
  }

  #chance(percent: number): boolean {
    return this.#dice(100) < percent
  }

  #pick<T>(values: readonly T[]): T {
    const value = values[this.#dice(values.length)]
    if (value === undefined) throw new Error('nothing to pick from')
    return value
  }

  #number(name: string): bigint {
    const own = (this.#wanted.byColumn.get(name) ?? []).filter((literal) => /^-?\d{1,18}$/.test(literal))
    if (own.length > 0 && this.#chance(70)) return BigInt(this.#pick(own))
    if (this.#wanted.numbers.length > 0 && this.#chance(40)) return this.#pick(this.#wanted.numbers) + this.#pick([0n, 1n, -1n]) // prettier-ignore
    return this.#chance(5) ? this.#pick([9223372036854775807n, -9223372036854775808n]) : BigInt(this.#dice(2000) - 50)
  }

  #text(name: string): string {
    const own = this.#wanted.byColumn.get(name)
    if (own !== undefined && this.#chance(65)) return this.#around(this.#pick(own))
    const pool = POOLS.find(([pattern]) => pattern.test(name))?.[1]
    if (pool !== undefined && this.#chance(50)) return this.#pick(pool)
    if (this.#wanted.texts.length > 0 && this.#chance(45)) return this.#around(this.#pick(this.#wanted.texts))
    if (this.#chance(25)) return JSON.stringify(this.#json(3))
    return this.#chance(12) ? this.#xml() : this.#pick([...PLAIN, ...PEOPLE, ...ADDRESSES, ...HOSTS])
  }

  /** Mostly the text itself, for `==`; else as a term of a longer one. */
  #around(text: string): string {
    return this.#chance(75) ? text : this.#pick([`before ${text} after`, `${text}/x`, text.toUpperCase(), `"${text}"`])
  }

  #instant(name: string): bigint {
    const day = 864_000_000_000n
    if (name !== 'TimeGenerated' && name !== 'Timestamp' && this.#chance(6)) return this.#pick([0n, 3_155_378_975_999_999_999n, 504_911_232_000_000_000n]) // prettier-ignore
    const days = this.#pick([1, 1, 1, 2, 7, 14, 30])
    return this.#now - (BigInt(this.#dice(days * 86_400)) * day) / 86_400n - BigInt(this.#dice(10_000_000))
  }

  /** A null is no JSON text in storage. */
  #dynamic(): string | null {
    const value = this.#json(3)
    return value === null ? null : JSON.stringify(value)
  }

  #json(depth: number): unknown {
    const kind = depth === 0 ? 2 + this.#dice(8) : this.#dice(10)
    if (kind < 4 && depth > 0) return this.#bag(depth - 1)
    if (kind < 6 && depth > 0) return Array.from({ length: this.#dice(4) }, () => this.#json(depth - 1))
    if (kind === 6) return this.#pick([0, 1, 4625, -3, 1.5, 1e21])
    if (kind === 7) return this.#pick([true, false, null])
    // Logs carry JSON as text inside JSON.
    if (kind === 8 && depth > 0) return JSON.stringify(this.#json(depth - 1))
    const texts = [...this.#wanted.texts, ...PEOPLE, ...ADDRESSES, ...GUIDS, '2026-01-05T10:00:00Z', '']
    return this.#pick(texts)
  }

  #bag(depth: number): Record<string, unknown> {
    const bag: Record<string, unknown> = {}
    for (let count = 1 + this.#dice(6); count > 0; count--) bag[this.#pick(this.#wanted.members)] = this.#json(depth)
    return bag
  }

  /** Event data with a field for each name that the query compares, and a few that it reads. */
  #xml(): string {
    // What the table has as a column is no field beside it.
    const compared = [...this.#wanted.byColumn.keys()].filter((name) => !this.#columns.has(name))
    const names = [...compared, ...Array.from({ length: 3 }, () => this.#pick(this.#wanted.members))]
    const fields = [...new Set(names)].slice(0, 20).map((name) => {
      const value = this.#pick([...(this.#wanted.byColumn.get(name) ?? this.#wanted.texts), ...PEOPLE])
      return `<Data Name="${name}">${value.replace(/[<>&"]/g, '')}</Data>`
    })
    const data = `<EventData xmlns="http://schemas.microsoft.com/win/2004/08/events/event">${fields.join('')}</EventData>`
    // The agent that fills Event wraps the data, as every query over it shows.
    return this.#table === 'Event' ? `<DataItem type="System.XmlData">${data}</DataItem>` : data
  }
}

/** `now` in ticks. */
export function generatorFor(query: string, seed: string, now: bigint): Generator {
  const wanted = wantedBy(query)
  return {
    rows(table, columns, count) {
      const values = new Values(wanted, diceOf(`${seed}/${table}`), now, { table, columns })
      // Two rows of three are made for the query, the others for its edges.
      return Array.from({ length: count }, (_, row) =>
        columns.map((column) => (row % 3 === 2 ? values.cell(column) : values.focused(column, Math.floor(row / 3)))),
      )
    },
  }
}
