/** Expressions of which Kusto's reference says that they are the same value. */
import type { Column, KustoType } from '../../src/domain/kusto.ts'
import type { Expressions } from './expressions.ts'
import type { Random } from './random.ts'

export interface Identity {
  readonly kind: string
  readonly forms: readonly string[]
}

const DEPTH = 2
const ORDERED: readonly KustoType[] = ['int', 'long', 'real', 'decimal', 'datetime', 'timespan']
/** Written as text and read again without loss. */
const READABLE: Readonly<Partial<Record<KustoType, string>>> = {
  bool: 'tobool', int: 'toint', long: 'tolong', datetime: 'todatetime', timespan: 'totimespan', guid: 'toguid',
} // prettier-ignore
const NEGATED = ['has', 'contains', 'startswith', 'endswith', 'hasprefix', 'hassuffix', 'has_cs', 'contains_cs', 'startswith_cs'] // prettier-ignore

export function identity(random: Random, expressions: Expressions, columns: readonly Column[]): Identity {
  const type = expressions.anyType()
  const of = (kind: KustoType): string => expressions.ofType(kind, columns, DEPTH)
  const literal = (kind: KustoType): string => expressions.literal(kind)
  const [x, y] = [of(type), of(type)]
  const [p, q, s] = [of('bool'), of('bool'), of('string')]
  const ordered = random.pick(ORDERED)
  const [a, b, c] = [of(ordered), of(ordered), of(ordered)]
  const [l, m] = [literal(type), literal(type)]
  const [v, w] = [literal('string'), literal('string')]
  const negated = random.pick(NEGATED)
  const readable = random.pick(Object.keys(READABLE) as KustoType[])
  const long = of('long')
  const j = of('dynamic')
  return random.pick<Identity>([
    { kind: 'iff(true)', forms: [x, `iff(true, ${x}, ${y})`, `iff(false, ${y}, ${x})`, `case(false, ${y}, ${x})`, `iff(bool(null), ${y}, ${x})`] },
    { kind: 'iff of one', forms: [x, `iff(${p}, ${x}, ${x})`, `case(${p}, ${x}, ${q}, ${x}, ${x})`] },
    { kind: 'iff not', forms: [`iff(${p}, ${x}, ${y})`, `case(${p}, ${x}, true, ${y}, ${x})`, `case(${p}, ${x}, ${y})`] },
    { kind: 'coalesce', forms: [`coalesce(${x}, ${y})`, `iff(isempty(${x}), ${y}, ${x})`, `case(isnotempty(${x}), ${x}, ${y})`] },
    { kind: 'not', forms: [p, `not(not(${p}))`, `(${p} and true)`, `(${p} or false)`, `(${p} and ${p})`] },
    { kind: 'de Morgan', forms: [`(${p} and ${q})`, `not(not(${p}) or not(${q}))`, `(${q} and ${p})`] },
    { kind: 'de Morgan, or', forms: [`(${p} or ${q})`, `not(not(${p}) and not(${q}))`, `(${q} or ${p})`] },
    { kind: 'in', forms: [`coalesce(${x} == ${l} or ${x} == ${m}, false)`, `${x} in (${l}, ${m})`, `not(${x} !in (${l}, ${m}))`] },
    { kind: 'in~', forms: [`(${s} =~ ${v} or ${s} =~ ${w})`, `${s} in~ (${v}, ${w})`, `not(${s} !in~ (${w}, ${v}))`] },
    { kind: 'between', forms: [`(${a} >= ${b} and ${a} <= ${c})`, `${a} between (${b} .. ${c})`, `not(${a} !between (${b} .. ${c}))`] },
    { kind: 'turned', forms: [`${a} < ${b}`, `${b} > ${a}`] },
    { kind: 'turned or equal', forms: [`${a} <= ${b}`, `${b} >= ${a}`] },
    { kind: 'equal', forms: [`${x} == ${y}`, `${y} == ${x}`, `not(${x} != ${y})`] },
    { kind: negated, forms: [`${s} ${negated} ${v}`, `not(${s} !${negated} ${v})`, `${s} ${negated} strcat(${v}, "")`, `tostring(todynamic(tostring(pack_array(${s})))[0]) ${negated} ${v}`] },
    { kind: 'has_any', forms: [`(${s} has ${v} or ${s} has ${w})`, `${s} has_any (${v}, ${w})`, `${s} has_any (pack_array(${v}, ${w}))`] },
    { kind: 'has_all', forms: [`(${s} has ${v} and ${s} has ${w})`, `${s} has_all (${v}, ${w})`] },
    { kind: '=~', forms: [`${s} =~ ${v}`, `${v} =~ ${s}`, `not(${s} !~ ${v})`] },
    { kind: 'isempty', forms: [`isempty(${x})`, `not(isnotempty(${x}))`] },
    { kind: 'isnull', forms: [`isnull(${x})`, `not(isnotnull(${x}))`] },
    { kind: `read ${readable}`, forms: [`${READABLE[readable]}(${of(readable)})`].flatMap((value) => [value, `${READABLE[readable]}(tostring(${value}))`, `${READABLE[readable]}(${value})`]) },
    { kind: 'bag', forms: [s, `tostring(bag_pack("k", ${s}).k)`, `tostring(pack_array(0, ${s})[1])`, `tostring(parse_json(tostring(bag_pack("k", ${s})))["k"])`] },
    { kind: 'long in a bag', forms: [long, `tolong(bag_pack("k", ${long}).k)`, `tolong(pack_array(${long})[0])`] },
    { kind: 'dynamic again', forms: [`tostring(${j})`, `tostring(iff(true, ${j}, dynamic(null)))`, `tostring(pack_array(${j})[0])`] },
    { kind: 'strcat', forms: [s, `strcat(${s})`, `strcat("", ${s}, "")`, `strcat_delim("", ${s}, "")`, `substring(${s}, 0)`, `tostring(${s})`] },
    { kind: 'sum', forms: [`(${a} + ${b})`, `(${b} + ${a})`].slice(0, ordered === 'datetime' ? 1 : 2) },
    { kind: 'max_of', forms: [`max_of(${a}, ${b})`, `max_of(${b}, ${a})`] },
    { kind: 'strlen', forms: [`strlen(${s})`, `strlen(reverse(${s}))`, `strlen(strcat(${s}, "a")) - 1`] },
  ]) // prettier-ignore
}
