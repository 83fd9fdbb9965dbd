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
  const o = literal(expressions.anyType())
  const [v, w] = [literal('string'), literal('string')]
  const negated = random.pick(NEGATED)
  // A dynamic that holds the empty text is empty, and not null.
  const none = type === 'string' ? 'isempty' : 'isnull'
  const readable = random.pick(Object.keys(READABLE) as KustoType[])
  const long = of('long')
  const j = of('dynamic')
  return random.pick<Identity>([
    { kind: 'iff(true)', forms: [x, `iff(true, ${x}, ${y})`, `iff(false, ${y}, ${x})`, `case(false, ${y}, ${x})`, `iff(bool(null), ${y}, ${x})`] },
    { kind: 'iff of one', forms: [x, `iff(${p}, ${x}, ${x})`, `case(${p}, ${x}, ${q}, ${x}, ${x})`] },
    { kind: 'iff not', forms: [`iff(${p}, ${x}, ${y})`, `case(${p}, ${x}, true, ${y}, ${x})`, `case(${p}, ${x}, ${y})`] },
    { kind: 'coalesce', forms: [`coalesce(${x}, ${y})`, `iff(${none}(${x}), ${y}, ${x})`, `case(not(${none}(${x})), ${x}, ${y})`] },
    { kind: 'not', forms: [p, `not(not(${p}))`, `(${p} and true)`, `(${p} or false)`, `(${p} and ${p})`] },
    { kind: 'de Morgan', forms: [`(${p} and ${q})`, `not(not(${p}) or not(${q}))`, `(${q} and ${p})`] },
    { kind: 'de Morgan, or', forms: [`(${p} or ${q})`, `not(not(${p}) and not(${q}))`, `(${q} or ${p})`] },
    { kind: 'in', forms: [`coalesce(${x} == ${l} or ${x} == ${m}, false)`, `${x} in (${l}, ${m})`, `not(${x} !in (${l}, ${m}))`] },
    { kind: 'in, another type', forms: [`${x} == ${o}`, `${x} in (${o})`, `${x} in ((print ${o}))`, `${x} in (iff(true, ${o}, ${o}))`, `${o} == ${x}`].map((test) => `(isnotnull(${x}) and ${test})`) },
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
    { kind: 'dynamic again', forms: [`tostring(${j})`, `tostring(iff(true, ${j}, dynamic(null)))`] },
    { kind: 'strcat', forms: [s, `strcat(${s})`, `strcat("", ${s}, "")`, `strcat_delim("", ${s}, "")`, `substring(${s}, 0)`, `tostring(${s})`] },
    { kind: 'sum', forms: [`(${a} + ${b})`, `(${b} + ${a})`].slice(0, ordered === 'datetime' ? 1 : 2) },
    // Which zero is the greater one is open.
    { kind: 'max_of', forms: [`max_of(${a}, ${b})`, `max_of(${b}, ${a})`].slice(0, ordered === 'real' ? 1 : 2) },
    { kind: 'strlen', forms: [`strlen(${s})`, `strlen(reverse(${s}))`, `strlen(strcat(${s}, "a")) - 1`] },
    ...textIdentities(s, v),
    ...timeIdentities(of('datetime'), of('timespan')),
    ...dynamicIdentities(j, of('dynamic')),
    ...numberIdentities(long, of('real')),
  ]) // prettier-ignore
}

const textIdentities = (s: string, v: string): readonly Identity[] => [
  { kind: 'reverse', forms: [s, `reverse(reverse(${s}))`] },
  { kind: 'split', forms: [s, `strcat_array(split(${s}, ","), ",")`, `strcat_array(split(${s}, "a"), "a")`] },
  { kind: 'replace', forms: [s, `replace_string(${s}, "a", "a")`, `replace_regex(${s}, @"(a.)", @"\\1")`, `translate("ab", "ab", ${s})`] },
  { kind: 'base64', forms: [s, `base64_decode_tostring(base64_encode_tostring(${s}))`] },
  { kind: 'url', forms: [s, `url_decode(url_encode_component(${s}))`, `url_decode(url_encode(${s}))`] },
  { kind: 'code points', forms: [s, `unicode_codepoints_to_string(unicode_codepoints_from_string(${s}))`] },
  { kind: 'trim', forms: [`trim(" ", ${s})`, `trim_start(" ", trim_end(" ", ${s}))`, `replace_regex(${s}, "^ +| +$", "")`] },
  { kind: 'substring', forms: [s, `strcat(substring(${s}, 0, 2), substring(${s}, 2))`] },
  { kind: 'indexof', forms: [`${s} contains_cs ${v}`, `indexof(${s}, ${v}) >= 0`] },
  { kind: 'starts', forms: [`${s} startswith_cs ${v}`, `substring(${s}, 0, strlen(${v})) == ${v}`, `indexof(${s}, ${v}) == 0`] },
  { kind: 'folded', forms: [`${s} contains ${v}`, `tolower(${s}) contains ${v}`, `${s} contains tolower(${v})`] },
  { kind: 'strcmp', forms: [`strcmp(${s}, ${v}) == 0`, `${s} == ${v}`] },
  { kind: 'hash', forms: [`hash_sha256(${s})`, `hash_sha256(strcat("", ${s}))`] },
  { kind: 'extract', forms: [`extract("(a+)", 1, ${s})`, `extract("a+", 0, ${s})`, `tostring(extract_all("(a+)", ${s})[0])`] },
  { kind: 'countof', forms: [`countof(${s}, "a")`, `countof(${s}, "a", "regex")`, `array_length(split(${s}, "a")) - 1`] },
  { kind: 'gzip', forms: [s, `gzip_decompress_from_base64_string(gzip_compress_to_base64_string(${s}))`] },
] // prettier-ignore

const timeIdentities = (d: string, t: string): readonly Identity[] => [
  { kind: 'start of day', forms: [`startofday(${d})`, `bin(${d}, 1d)`, `datetime_add("day", 0, bin(${d}, 24h))`, `floor(${d}, 1d)`] },
  { kind: 'month', forms: [`monthofyear(${d})`, `getmonth(${d})`, `datetime_part("month", ${d})`, `tolong(format_datetime(${d}, "MM"))`] },
  { kind: 'day', forms: [`dayofmonth(${d})`, `datetime_part("day", ${d})`, `tolong(format_datetime(${d}, "dd"))`] },
  { kind: 'hour', forms: [`hourofday(${d})`, `datetime_part("hour", ${d})`, `tolong(format_datetime(${d}, "HH"))`] },
  { kind: 'day of year', forms: [`tolong(dayofyear(${d}))`, `tolong((startofday(${d}) - startofyear(${d})) / 1d) + 1`] },
  { kind: 'ticks', forms: [d, `datetime(0001-01-01) + (${d} - datetime(0001-01-01))`, `todatetime(tostring(${d}))`, `todatetime(format_datetime(${d}, "yyyy-MM-dd HH:mm:ss.fffffff"))`] },
  { kind: 'unix time', forms: [`bin(${d}, 1ms)`, `datetime(1970-01-01) + (bin(${d}, 1ms) - datetime(1970-01-01))`] },
  { kind: 'timespan', forms: [t, `totimespan(tostring(${t}))`, `${t} + 0s`] },
  { kind: 'within the day', forms: [`${d} - startofday(${d})`, `${d} - bin(${d}, 1d)`] },
] // prettier-ignore

const dynamicIdentities = (j: string, k: string): readonly Identity[] => [
  // A real that is a member may have another text than one alone: `1e300` and `1e+300`.
  { kind: 'member', forms: [`tostring(pack_array(${j}, 1)[0])`, `tostring(bag_pack("k", ${j})["k"])`, `tostring(bag_pack("k", ${j}).k)`] },
  { kind: 'array_reverse', forms: [`array_length(${j})`, `array_length(array_reverse(${j}))`] },
  { kind: 'array again', forms: [`tostring(array_reverse(array_reverse(${j})))`, `tostring(array_slice(${j}, 0, -1))`, `tostring(array_rotate_left(${j}, 0))`] },
  { kind: 'array_length', forms: [`array_length(array_concat(${j}, ${k}))`, `array_length(array_concat(${k}, ${j}))`] },
  { kind: 'sets', forms: [`array_length(set_union(${j}, ${k}))`, `array_length(set_union(${k}, ${j}))`] },
  { kind: 'intersection', forms: [`array_length(set_intersect(${j}, ${k}))`, `array_length(set_intersect(${k}, ${j}))`] },
  { kind: 'series', forms: [`tostring(series_add(${j}, ${k}))`, `tostring(series_add(${k}, ${j}))`] },
  { kind: 'sorted', forms: [`tostring(array_sort_asc(${j}))`, `tostring(array_sort_asc(array_sort_asc(${j})))`] },
] // prettier-ignore

const numberIdentities = (l: string, r: string): readonly Identity[] => [
  { kind: 'bits', forms: [l, `binary_not(binary_not(${l}))`, `binary_xor(${l}, 0)`, `binary_and(${l}, -1)`, `binary_or(${l}, 0)`] },
  { kind: 'long as real', forms: [`todouble(${l})`, `${l} * 1.0`, `todouble(tostring(${l}))`, `${l} + 0.0`] },
  { kind: 'real as text', forms: [r, `todouble(tostring(${r}))`, `(${r}) * 1`] },
  { kind: 'bin', forms: [`bin(${l}, 5)`, `bin_at(${l}, 5, 0)`, `floor(${l}, 5)`] },
  { kind: 'sign', forms: [`iff(${l} > 0, 1, iff(${l} < 0, -1, 0))`, `case(${l} > 0, 1, ${l} < 0, -1, 0)`] },
] // prettier-ignore
