/**
 * Conditions as rules write them: a column against constants, alone or joined. The passes look for these shapes, and expressions
 * that are drawn by type alone seldom have them.
 */
import type { Column, KustoType } from '../../src/domain/kusto.ts'
import { name } from './expressions.ts'
import type { Random } from './random.ts'
import { LITERALS } from './values.ts'

const TIMES = ['ago(1d)', 'now()', 'datetime(2020-01-01)', 'datetime(2020-01-02 03:00)', 'startofday(ago(1d))', 'datetime(2020-01-01) + 90m', 'now(-40h)', 'todatetime("2020-01-01T05:00:00Z")'] // prettier-ignore
const TEXTS = [
  '"a"',
  '"abc"',
  '"Abc def"',
  '"ABC"',
  '""',
  '"def"',
  '"10.0.0.1"',
  '"b"',
  '"x-a"',
  '"%"',
  '"ß"',
  '"nothing"',
]
const NUMBERS = ['0', '1', '3', '-2', '7', '2.5', '1000', 'long(null)']
const ORDERS = ['==', '!=', '<', '<=', '>', '>=']
const OF_TEXT = [
  '==', '!=', '=~', '!~', 'has', '!has', 'has_cs', 'contains', '!contains', 'contains_cs', 'startswith', '!startswith',
  'endswith', 'hasprefix', 'hassuffix', 'matches regex',
] // prettier-ignore
const OF_LISTS = ['in', '!in', 'in~', '!in~', 'has_any', 'has_all']

export function ruleCondition(random: Random, columns: readonly Column[], depth = 2): string {
  const roll = depth > 0 ? random.next() : 1
  const inner = (): string => ruleCondition(random, columns, depth - 1)
  if (roll < 0.2) return `${inner()} and ${inner()}`
  if (roll < 0.3) return `(${inner()} or ${inner()})`
  if (roll < 0.38) return `not(${inner()})`
  return test(random, columns)
}

function test(random: Random, columns: readonly Column[]): string {
  const times = columns.filter(({ type }) => type === 'datetime')
  // Every rule bounds its time.
  const column = random.pick(times.length > 0 && random.chance(0.3) ? times : columns)
  const left = name(column)
  const others = columns.filter(({ type, name: each }) => type === column.type && each !== column.name)
  const value = (): string => valueFor(random, column.type, others)
  switch (column.type) {
    case 'datetime':
    case 'long':
    case 'int':
    case 'real':
      if (random.chance(0.4)) {
        const end = column.type === 'datetime' && random.chance(0.2) ? random.pick(['6h', '1d']) : value()
        return `${left} ${random.pick(['between', '!between'])} ((${value()}) .. (${end}))`
      }
      return random.chance(0.2) ? `${value()} ${random.pick(ORDERS)} ${left}` : `${left} ${random.pick(ORDERS)} ${value()}` // prettier-ignore
    case 'string':
      return ofText(random, left, value)
    case 'dynamic':
      return ofText(random, `tostring(${left}${random.pick(['.a', '["a"]', '.b[0]', '[1]', ''])})`, value)
    case 'bool':
      return random.pick([left, `${left} == true`, `${left} != true`, `isnull(${left})`, `${left} == false`])
    default:
      return `${left} ${random.pick(['==', '!='])} ${value()}`
  }
}

function ofText(random: Random, left: string, value: () => string): string {
  const roll = random.next()
  if (roll < 0.15) return `${random.pick(['isempty', 'isnotempty'])}(${left})`
  if (roll < 0.4) {
    const list = random.chance(0.2) ? `dynamic([${random.pick(TEXTS)}, ${random.pick(TEXTS)}])` : `${value()}, ${value()}` // prettier-ignore
    return `${left} ${random.pick(OF_LISTS)} (${list})`
  }
  return `${left} ${random.pick(OF_TEXT)} ${roll < 0.9 ? random.pick(TEXTS) : value()}`
}

/** Mostly a constant of the range of the rows, sometimes one from the edge of the type, another column or a computation of it. */
function valueFor(random: Random, type: KustoType, others: readonly Column[]): string {
  const roll = random.next()
  if (roll < 0.2 && others.length > 0) return name(random.pick(others))
  if (roll < 0.3) return random.pick(LITERALS[type])
  if (type === 'datetime') return roll < 0.4 ? `${random.pick(TIMES)} + ${random.pick(['1h', '-5m', '1tick', '1microsecond'])}` : random.pick(TIMES) // prettier-ignore
  if (type === 'string' || type === 'dynamic') return random.pick(TEXTS)
  return ['long', 'int', 'real'].includes(type) ? random.pick(NUMBERS) : random.pick(LITERALS[type])
}
