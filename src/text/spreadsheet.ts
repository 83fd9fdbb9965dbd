/**
 * What makes a spreadsheet read a cell as a formula: `=`, `+`, `-`, `@`, tab, carriage return and line feed in front
 * (CWE-1236; OWASP ASVS 1.2.10 adds NUL), their full-width forms, and any of these behind white space, which some
 * programs trim. A quote in front belongs to the class so that the escape can be undone: removing one leading `'` from
 * an escaped cell gives the original back.
 */
const FORMULA = /^'*[\s\u0000]*[=+\-@\t\r\n\u0000\uff1d\uff0b\uff0d\uff20]/

/** Texts that begin with a sign and still are no formula: plain numbers and Kusto's timespans. */
const NUMBER = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/
const TIMESPAN = /^-?(\d+\.)?\d{2}:\d{2}:\d{2}(\.\d{1,7})?$/

/**
 * A text cell that no spreadsheet evaluates: a `'` goes before what would start a formula. Numbers stay numbers:
 * `-5`, `+1.5e3` and `-01:00:00` are left as they are, `-5+cmd|'/c calc'!A0` is not.
 */
export function spreadsheetSafe(text: string): string {
  if (startsPlainly(text)) return text
  if (!FORMULA.test(text) || NUMBER.test(text) || TIMESPAN.test(text)) return text
  return `'${text}`
}

/** Most cells begin with a letter or digit of ASCII, which is quicker to see than that the expression does not match. */
function startsPlainly(text: string): boolean {
  const first = text.charCodeAt(0)
  return (first >= 0x30 && first <= 0x39) || (first > 0x40 && first < 0x7f)
}

/** What a text was before spreadsheetSafe. */
export function spreadsheetOriginal(text: string): string {
  return text.startsWith("'") && spreadsheetSafe(text.slice(1)) === text ? text.slice(1) : text
}
