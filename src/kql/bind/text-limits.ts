/**
 * What is not handed to the language service at all. Its parser and binder hold the thread, recurse, and take more than
 * linear time, so a text made to keep us busy is refused after one look. Measured with 12.4.1 on two cores: 1,000
 * brackets in each other 1.7 s, 10,000 of them 20 s and then no stack; an `in` of 100,000 values 5 s, to hear that
 * 32,768 is the most; 2 million characters in one literal 1 s.
 */
import type { KqlDiagnostic } from './diagnostics.ts'

/** Sentinel takes 10,000 characters for a rule (azure-contract.md B1), the longest published one has 15,100. */
export const MOST_CHARACTERS = 2_000_000
/** Beyond some 300 levels of its tree the service refuses by itself; published rules stay below 20. */
export const DEEPEST_BRACKETS = 250
/** The most arguments that the service takes for `in`. */
export const MOST_VALUES = 32_767

const OPENING = '([{'
const CLOSING = ')]}'

interface Bracket {
  readonly offset: number
  readonly character: string
  commas: number
}

/** Why `text` is refused unseen, if it is. */
export function findExcess(text: string): KqlDiagnostic | undefined {
  if (text.length > MOST_CHARACTERS) {
    return excess(
      0,
      `the query has ${text.length} characters, and at most ${MOST_CHARACTERS} are read`,
      'put long lists of values into a table file or a watchlist',
    )
  }
  const open: Bracket[] = []
  for (let at = 0; at < text.length; at = next(text, at)) {
    const character = text.charAt(at)
    if (OPENING.includes(character)) {
      open.push({ offset: at, character, commas: 0 })
      if (open.length > DEEPEST_BRACKETS) return tooDeep(at)
    } else if (CLOSING.includes(character)) {
      open.pop()
    } else if (character === ',') {
      const inner = open.at(-1)
      if (inner?.character === '(' && ++inner.commas >= MOST_VALUES) return tooMany(inner.offset)
    }
  }
  return undefined
}

/** Where the next token may begin: behind a comment or string that begins at `at`, else one further. */
export function next(text: string, at: number): number {
  const character = text.charAt(at)
  if (character === '/' && text.charAt(at + 1) === '/') return endOf(text, '\n', at)
  if (text.startsWith('```', at) || text.startsWith('~~~', at)) return endOf(text, text.slice(at, at + 3), at + 3)
  if (character !== '"' && character !== "'") return at + 1
  return text.charAt(at - 1) === '@' ? endOf(text, character, at + 1) : endOfEscaped(text, character, at + 1)
}

/** Behind the next `mark`. `""` in a verbatim string so ends one string and begins another, which comes to the same. */
function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from)
  return found < 0 ? text.length : found + mark.length
}

/** Such a string ends with its line at the latest. */
function endOfEscaped(text: string, quote: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\\') at++
    else if (character === quote || character === '\n') return at + 1
  }
  return text.length
}

function tooDeep(offset: number): KqlDiagnostic {
  return excess(offset, `more than ${DEEPEST_BRACKETS} brackets are open here`, 'name parts of the query with let')
}

function tooMany(offset: number): KqlDiagnostic {
  return excess(
    offset,
    `the list that begins here has more than ${MOST_VALUES} values`,
    'put them into a table file or a watchlist, and ask for in (_GetWatchlist("name") | project column)',
  )
}

/** The place is one character: the whole would fill the screen. */
export function excess(offset: number, message: string, hint: string): KqlDiagnostic {
  return { code: 'too-complex', severity: 'error', message, hint, offset, length: 1, serviceCode: '' }
}
