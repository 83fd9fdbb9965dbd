/** String operators: each has a folding form, a case-sensitive one (`_cs`) and the negations of both. */
import { and, bool, call, infix, isAsciiText, not, or, text, when } from '../../sql/build.ts'
import type { SqlExpr } from '../../sql/nodes.ts'
import { asText } from '../convert.ts'
import { arg, learn, scalar, type NativeFunction, type ScalarEntry, type SqlArg } from '../entry.ts'
import { patternNative, patternSql, escapeRegex } from '../regex.ts'

/** Terms are runs of letters and digits of any script; `_` divides them (recorded: "alpha_beta" has "alpha"). */
const TERM = '\\p{L}\\p{N}'
const ASCII_TERM = 'A-Za-z0-9'
const TERM_CHARACTER = new RegExp(`^[${TERM}]$`, 'u')

const first = (value: string): string => String.fromCodePoint(value.codePointAt(0) ?? 0)
const last = (value: string): string => [...value.slice(-2)].at(-1) ?? ''

type Side = 'both' | 'start' | 'end'

/** What stands before and after a needle: a term boundary on the sides where it begins or ends with a term's character. */
function boundaries(needle: string, side: Side, term: string): readonly [before: string, after: string] {
  const before = side !== 'end' && TERM_CHARACTER.test(first(needle)) ? `(?:^|[^${term}])` : ''
  const after = side !== 'start' && TERM_CHARACTER.test(last(needle)) ? `(?:$|[^${term}])` : ''
  return [before, after]
}

/**
 * Matches what holds one of the needles as a term. Needles with the same boundaries share them: the classes of all letters
 * are large, and RE2 refuses a pattern with some hundreds of them.
 */
function termPattern(needles: readonly string[], side: Side, isFolding: boolean, term: string): string {
  const groups = new Map<string, { readonly around: readonly [string, string]; readonly needles: string[] }>()
  for (const needle of needles) {
    const around = boundaries(needle, side, term)
    const group = groups.get(around.join('…')) ?? { around, needles: [] }
    group.needles.push(escapeRegex(needle))
    groups.set(around.join('…'), group)
  }
  const parts = [...groups.values()].map(
    ({ around: [before, after], needles: alternatives }) =>
      before + (alternatives.length === 1 ? (alternatives[0] ?? '') : `(?:${alternatives.join('|')})`) + after,
  )
  return `${isFolding ? '(?i)' : ''}(?s)${parts.join('|')}`
}

export function matchesTerm(value: string, needle: string, side: Side, isFolding: boolean): boolean {
  if (needle === '') return true
  const [where, what] = isFolding ? [value.toLowerCase(), needle.toLowerCase()] : [value, needle]
  for (let at = where.indexOf(what); at !== -1; at = where.indexOf(what, at + 1)) {
    const isStart = side === 'end' || !isInside(where, at)
    const isEnd = side === 'start' || !isInside(where, at + what.length)
    if (isStart && isEnd) return true
  }
  return false
}

/** Do both characters around `at` belong to one term? */
function isInside(value: string, at: number): boolean {
  if (at <= 0 || at >= value.length) return false
  return TERM_CHARACTER.test(last(value.slice(Math.max(0, at - 2), at))) && TERM_CHARACTER.test(first(value.slice(at)))
}

const TERM_RUN = new RegExp(`[${TERM}]+`, 'gu')

const termsIn = (folded: string): readonly string[] => folded.match(TERM_RUN) ?? []

/**
 * Many needles, of which a row holds few. What holds a needle has each term of it as a term of its own, so those are tried of
 * which a row has the rarest among the needles' (a list of hosts may have one domain); one after another 2,000 needles take a millisecond.
 */
export class TermIndex {
  readonly #needles: readonly string[]
  /** Places of needles, in order. */
  readonly #byTerm = new Map<string, number[]>()
  /** Of no letters and digits. */
  readonly #others: number[] = []

  constructor(needles: readonly string[]) {
    this.#needles = needles
    const terms = needles.map((needle) => new Set(termsIn(needle.toLowerCase())))
    const counts = new Map<string, number>()
    for (const term of terms.flatMap((own) => [...own])) counts.set(term, (counts.get(term) ?? 0) + 1)
    for (const place of needles.keys()) {
      const [term] = [...(terms[place] ?? [])].sort((one, other) => (counts.get(one) ?? 0) - (counts.get(other) ?? 0))
      const known = term === undefined ? this.#others : this.#byTerm.get(term)
      if (known !== undefined) known.push(place)
      else if (term !== undefined) this.#byTerm.set(term, [place])
    }
  }

  someIn(value: string): boolean {
    const isIn = this.#tester(value)
    return termsIn(value.toLowerCase()).some((term) => this.#byTerm.get(term)?.some(isIn)) || this.#others.some(isIn)
  }

  /** Place of the first needle that is in the text; -1 where none is. */
  firstIn(value: string): number {
    const isIn = this.#tester(value)
    const candidates = [this.#others, ...termsIn(value.toLowerCase()).map((term) => this.#byTerm.get(term) ?? [])]
    const found = candidates.map((places) => places.find(isIn)).filter((place) => place !== undefined)
    return found.reduce((first, place) => (first === -1 || place < first ? place : first), -1)
  }

  #tester(value: string): (place: number) => boolean {
    return (place) => matchesTerm(value, this.#needles[place] ?? '', 'both', true)
  }

  allIn(value: string): boolean {
    const terms = new Set(termsIn(value.toLowerCase()))
    for (const term of this.#byTerm.keys()) if (!terms.has(term)) return false
    return this.#needles.every((needle) => matchesTerm(value, needle, 'both', true))
  }
}

const termNative = (side: Side, isFolding: boolean): NativeFunction => ({
  name: `kql_has_${side}${isFolding ? '' : '_cs'}`,
  takes: ['VARCHAR', 'VARCHAR'],
  returns: 'BOOLEAN',
  run: (value, needle) => matchesTerm(String(value), String(needle), side, isFolding),
})

export const termNatives: readonly NativeFunction[] = (['both', 'start', 'end'] as const).flatMap((side) => [
  termNative(side, true),
  termNative(side, false),
])

const isAscii = (value: string): boolean => /^[\x20-\x7e]*$/.test(value)

/**
 * Does a column hold one of the needles as a term? RE2 takes 3 ms to make ready each class of all letters, before the first
 * row and for each term of a rule, so rows of ASCII, nearly all, are tried with ASCII's; `otherwise` answers for the rest.
 */
export function matchesTerms(
  value: SqlExpr,
  needles: readonly string[],
  { side, isFolding, otherwise }: { readonly side: Side; readonly isFolding: boolean; readonly otherwise: SqlExpr },
): SqlExpr {
  const matches = (term: string): SqlExpr =>
    call('regexp_matches', value, text(termPattern(needles, side, isFolding, term)))
  // Anything else would be computed twice.
  if (value.kind !== 'column' || !needles.every(isAscii)) return matches(TERM)
  return when(isAsciiText(value), matches(ASCII_TERM), otherwise)
}

const fold = (value: SqlExpr, isFolding: boolean): SqlExpr => (isFolding ? call('lower', value) : value)

/**
 * One term test; a constant needle becomes a pattern that DuckDB compiles once. Most rows do not hold the needle at all,
 * which a plain search finds out five times as fast (110 against 510 ns for a command line of 110 characters), and which
 * DuckDB hands to the reader of a Parquet file. A needle that begins and ends with no term's character needs no more.
 */
export function hasTerm(value: SqlExpr, needle: SqlArg, side: Side, isFolding: boolean): SqlExpr {
  if (typeof needle.literal !== 'string' || needle.type !== 'string') {
    return hasColumn(value, asText(needle), call(termNative(side, isFolding).name, value, asText(needle)), isFolding)
  }
  if (needle.literal === '') return bool(true)
  const wanted = isFolding ? needle.literal.toLowerCase() : needle.literal
  const holds = call('contains', fold(value, isFolding), text(wanted))
  if (isAscii(needle.literal) && boundaries(needle.literal, side, TERM).every((each) => each === '')) return holds
  const otherwise = call(termNative(side, isFolding).name, value, text(needle.literal))
  const found = matchesTerms(value, [needle.literal], { side, isFolding, otherwise })
  // Letters beyond ASCII fold in more ways than lower() knows.
  if (value.kind !== 'column' || !isAscii(needle.literal)) return found
  return and(holds, found)
}

/**
 * A needle that comes with the row, as that of a join with all indicators does: `found` costs a microsecond, so it is asked where a plain
 * search finds something, and of letters beyond ASCII, which fold in more ways than lower() knows.
 */
function hasColumn(value: SqlExpr, needle: SqlExpr, found: SqlExpr, isFolding: boolean): SqlExpr {
  // Anything else would be computed twice.
  if (value.kind !== 'column' || needle.kind !== 'column') return found
  const holds = call('contains', fold(value, isFolding), fold(needle, isFolding))
  return when(isFolding ? or(holds, not(isAsciiText(value)), not(isAsciiText(needle))) : holds, found, bool(false))
}

/** Denies each side of an `and` by itself, so that a row that fails the first is not tried with the second. */
function denied(test: SqlExpr): SqlExpr {
  return test.kind === 'infix' && test.operator === 'AND' ? or(denied(test.left), denied(test.right)) : not(test)
}

type Test = (value: SqlExpr, needle: SqlArg, isFolding: boolean) => SqlExpr

function plain(name: string): Test {
  return (value, needle, isFolding) => call(name, fold(value, isFolding), fold(asText(needle), isFolding))
}

const TESTS: Readonly<Record<string, Test>> = {
  has: (value, needle, isFolding) => hasTerm(value, needle, 'both', isFolding),
  hasprefix: (value, needle, isFolding) => hasTerm(value, needle, 'start', isFolding),
  hassuffix: (value, needle, isFolding) => hasTerm(value, needle, 'end', isFolding),
  contains: plain('contains'),
  startswith: plain('starts_with'),
  endswith: plain('ends_with'),
}

function family(name: string, test: Test): ScalarEntry[] {
  const entry = (spelled: string, isFolding: boolean, isNegated: boolean): ScalarEntry =>
    scalar({
      name: spelled,
      docs: learn(`${name}-operator`),
      // Strings are never null; a null dynamic is the empty string.
      nulls: 'handled',
      natives: spelled === 'has' ? termNatives : [],
      sql: (args, info) => {
        const found = test(asText(arg(args, 0, info)), arg(args, 1, info), isFolding)
        return isNegated ? denied(found) : found
      },
    })
  return [
    entry(name, true, false),
    entry(`${name}_cs`, false, false),
    entry(`!${name}`, true, true),
    entry(`!${name}_cs`, false, true),
  ]
}

function foldingEquality(name: '=~' | '!~'): ScalarEntry {
  return scalar({
    name,
    docs: learn('equals-operator'),
    nulls: 'handled',
    sql: (args, info) => {
      const [left, right] = [asText(arg(args, 0, info)), asText(arg(args, 1, info))]
      return infix(call('lower', left), name === '=~' ? '=' : '<>', call('lower', right))
    },
  })
}

const matchesRegex = scalar({
  name: 'matches regex',
  docs: learn('matches-regex-operator'),
  nulls: 'handled',
  natives: [patternNative],
  sql: (args, info) => call('regexp_matches', asText(arg(args, 0, info)), patternSql(args, 1, info)),
})

export const stringOperators: readonly ScalarEntry[] = [
  ...Object.entries(TESTS).flatMap(([name, test]) => family(name, test)),
  foldingEquality('=~'),
  foldingEquality('!~'),
  matchesRegex,
]
