/** The language service's OperatorKind of each operator over values → its spelling, which is its name in the catalogue. */
export const OPERATOR_SPELLINGS: Readonly<Record<string, string>> = {
  UnaryMinus: 'unary -',
  And: 'and',
  Or: 'or',
  Add: '+',
  Subtract: '-',
  Multiply: '*',
  Divide: '/',
  Modulo: '%',
  LessThan: '<',
  LessThanOrEqual: '<=',
  GreaterThan: '>',
  GreaterThanOrEqual: '>=',
  Equal: '==',
  NotEqual: '!=',
  EqualTilde: '=~',
  BangTilde: '!~',
  Has: 'has',
  HasCs: 'has_cs',
  NotHas: '!has',
  NotHasCs: '!has_cs',
  HasPrefix: 'hasprefix',
  HasPrefixCs: 'hasprefix_cs',
  NotHasPrefix: '!hasprefix',
  NotHasPrefixCs: '!hasprefix_cs',
  HasSuffix: 'hassuffix',
  HasSuffixCs: 'hassuffix_cs',
  NotHasSuffix: '!hassuffix',
  NotHasSuffixCs: '!hassuffix_cs',
  Contains: 'contains',
  ContainsCs: 'contains_cs',
  NotContains: '!contains',
  NotContainsCs: '!contains_cs',
  StartsWith: 'startswith',
  StartsWithCs: 'startswith_cs',
  NotStartsWith: '!startswith',
  NotStartsWithCs: '!startswith_cs',
  EndsWith: 'endswith',
  EndsWithCs: 'endswith_cs',
  NotEndsWith: '!endswith',
  NotEndsWithCs: '!endswith_cs',
  MatchRegex: 'matches regex',
  In: 'in~',
  InCs: 'in',
  NotIn: '!in~',
  NotInCs: '!in',
  Between: 'between',
  NotBetween: '!between',
  HasAny: 'has_any',
  HasAll: 'has_all',
}

/** Older spellings that the grammar takes to this day, and published queries have. */
const OLD_SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['notcontains', '!contains'],
  ['containscs', 'contains_cs'],
  ['notcontainscs', '!contains_cs'],
])

/** The name in the catalogue of an operator as a query spells it. */
export function operatorName(spelling: string): string {
  const name = spelling.replace(/\s+/g, ' ')
  return OLD_SPELLINGS.get(name) ?? name
}

/** Operators that never reach the catalogue: a plus sign changes nothing, and terms of `search` become `has`. */
export const OPERATORS_WITHOUT_ENTRY: readonly string[] = ['UnaryPlus', 'Search']
