import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { KqlError } from '../../../../src/domain/errors.ts'
import type { Engine } from '../../../../src/kql/index.ts'
import { testAnswers } from '../../../support/kql-answers.ts'
import { openTestEngine } from '../../../support/kql.ts'

testAnswers('regex', [
  ['extract("([a-z])(\\\\d)", 2, "a1b2")', '1'],
  ['extract("([a-z])(\\\\d)", 0, "a1b2")', 'a1'],
  ['extract("(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)(b)", 11, "aaaaaaaaaab")', 'b'],
  ['extract("(\\\\d+)", 1, "x12", typeof(long))', 12n],
  // Groups that the pattern lacks match nothing.
  ['extract("[(.*)]b", 1, "(b")', ''],
  ['extract("(a)b", 2, "ab", typeof(long))', null],
  ['extract(strcat("a", "."), 1, "ab")', ''],
  ['extract_all("(\\\\d)", "a1b2")', '["1","2"]'],
  ['extract_all("(a)(b)?", "aba")', '[["a","b"],["a",""]]'],
  ['extract_all("(?P<x>a)(b)(c)", dynamic(["x", 3]), "abc")', '[["a","c"]]'],
  [
    'extract_all("(a)(b)(c)(d)(e)(f)(g)(h)(i)(.)?", dynamic([10, 1]), "abcdefghij, abcdefghi,")',
    '[["j","a"],[",","a"]]',
  ],
  ['extract_all("(a)(b)(c)(d)(e)(f)(g)(h)(i)(?P<last>.)", dynamic(["last"]), strcat("abcdefghi", "é"))', '["é"]'],
  ['extract_all("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)(l)(m)(n)(o)(p)", "no")', null],
  ['extract_all("(a)(b)", dynamic([2]), "abab")', '["b","b"]'],
  ['extractall("(x)", "abc")', null],
  ['countof("aXbX", "[A-Z]", "regex")', 2n],
  ['countof("a$ ab", @"\\ba[$^]", "regex")', 1n],
  ['extract_all(@"(\\d*)b", "1b")', '["1"]'],
  ['indexof_regex("éab", "a.")', 1n],
  ['indexof_regex("abcabc", "a.c", 1)', 3n],
  ['replace_regex("a1b", "([a-z])(\\\\d)", "<\\\\2\\\\1>")', '<1a>b'],
  ['replace_regex("ab", "b", "$ 5$")', 'a$ 5$'],
  // A replacement that is no literal means the same.
  ['replace_regex("a1b", "([a-z])(\\\\d)", strcat("<\\\\2", "\\\\1>"))', '<1a>b'],
  ['replace_regex("ab", "b", strcat("c", "$"))', 'ac$'],
  ['replace("b", "c", "ab")', 'ac'],
  // A pattern that is computed, from a watchlist or a list.
  ['"ab1" matches regex tostring(dynamic(["b.$"])[0])', true],
  ['extract(strcat("(b)", "(.)"), 2, "ab1")', '1'],
  ['extract("(b)(.)", toint("1"), "ab1")', 'b'],
  ['extract_all(strcat("(a)", "(b)"), dynamic([2]), "abab")', '["b","b"]'],
  ['extract_all(strcat("(?P<x>a)", "(b)"), dynamic([2, "x"]), "ab")', '[["b","a"]]'],
  ['extract_all(strcat("(a)", "(b)"), "abab")', '[["a","b"],["a","b"]]'],
  ['extract(strcat("x(", ".)"), 1, "ab1")', ''],
  ['countof("ab1", strcat("[a", "-z]"), "regex")', 2n],
  ['regex_quote(strcat("a.", "[x]"))', 'a\\.\\[x\\]'],
  // Code points, an escaped underscore and starts of words, which RE2 spells otherwise.
  ['"a\u00a0b" matches regex @"^a[\\u00A0]b$"', true],
  ['extract(@"\\u{e9}(\\U00000078)", 1, "éx")', 'x'],
  ['extract(@"\\U{65}(.)", 1, "ex")', 'x'],
  ['extract(@"a\\_(b)", 1, "a_b")', 'b'],
  ['extract(@"\\<ab(.)", 1, "xab1 ab2")', '2'],
  ['extract(@"\\<\\w+", 0, "-ab")', 'ab'],
  ['extract(@"([^\\[\\]&-]+)", 1, "[a-b]")', 'a'],
  ['extract(@"([[:alpha:]]+)--", 1, "1ab--")', 'ab'],
  // No class in a class could end here (OfficeActivity/office_policytampering.yaml of Azure-Sentinel).
  ['trim_start("[[]", "[::1")', '::1'],
  ['extract("[[a]+", 0, "b[a")', '[a'],
  // A JavaScript engine needs 2^40 steps for each of these.
  ['extract_all("(a+)+$", strcat(strrep("a", 40), "!"))', null],
  ['countof(strcat(strrep("a", 40), "!"), "(a+)+$", "regex")', 0n],
  ['indexof_regex(strcat(strrep("a", 40), "!"), "(a+)+$")', -1n],
])

let engine: Engine
before(async () => {
  engine = await openTestEngine()
})
after(() => engine.close())

const REFUSED: readonly (readonly [expression: string, message: RegExp])[] = [
  ['extract("(", 0, "x")', /no regular expression/],
  ['"x" matches regex "[z-a]"', /no regular expression/],
  ['"x" matches regex "(?=x)"', /no regular expression/],
  ['replace_regex("x", "a**", "")', /no regular expression/],
  ['trim(@"\\pX", "x")', /no regular expression/],
  // RE2 would take them for literals.
  ['extract("[a-z&&[^b]]", 0, "c")', /"&&" within/],
  ['extract("[a-z--b]", 0, "c")', /"--" within/],
  ['extract("[a-c~~b-d]", 0, "a")', /"~~" within/],
  ['extract("[a[bc]]", 0, "a")', /write \\\[/],
  ['extract("[^[^]b]]", 0, "a")', /write \\\[/],
  ['extract(@"\\<[a-z]", 0, "a")', /a boundary of words/],
  ['"a" matches regex strcat("a", @"\\>")', /a boundary of words/],
  ['extract("(a)", -1, "a")', /group -1/],
  ['extract(strcat("(a", ")"), -1, "a")', /group -1/],
  ['"a" matches regex strcat("(", "a")', /"\(a" as a regular expression/],
  ['extract_all("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)(l)(m)(n)(o)(p)(q)", "a")', /at most 16 capture groups/],
  ['extract_all("a", "a")', /without a capture group/],
  // DuckDB finds three word boundaries in one word.
  ['countof("abc", @"\\b", "regex")', /may match the empty text/],
  ['countof("abc", "(?i:B)*", "regex")', /may match the empty text/],
  ['extract_all("([0-9]*)", "a1")', /may match the empty text/],
  ['extract_all(strcat("([0-9]", "*)"), "a1")', /a match of the empty text/],
  ['replace_regex("abc", "(b)", @"\\2")', /\\2, a group that the pattern lacks/],
  ['replace_regex("abc", "b", @"\\\\")', /that names no group/],
  ['replace_regex("abc", "(b)", "$1")', /a dollar sign that names no group/],
  ['replace_regex("abc", "(?P<n>b)", strcat("${", "n}"))', /a dollar sign that names no group/],
  ['replace_regex("abc", "b", strcat("c", @"\\"))', /that names no group/],
  ['extract_all("(a)(b)", dynamic([]), "ab")', /of no group/],
  ['extract_all("(a)(b)", dynamic([1, 5]), "ab")', /which the pattern lacks/],
]

for (const [expression, message] of REFUSED) {
  test(`refuses ${expression}`, async () => {
    await assert.rejects(
      engine.query(`print v = ${expression}`),
      (error: unknown) => error instanceof KqlError && message.test(error.message),
    )
  })
}
