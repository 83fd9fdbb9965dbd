/** Numbers up to this many digits survive JavaScript's; longer ones keep their text. */
const SAFE_DIGITS = 15

/** The quote of a string, or a number. */
const TOKEN = /"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
/** Behind the name of a member. */
const COLON = /\s*:/y

/**
 * One text for all JSON texts of equal meaning: members sorted by name, no white space, numbers in one form. The
 * service does not keep the order of a bag's members (shared/reference/azure-contract.md G3), and a 64-bit number must
 * not lose digits, so JSON.parse alone would not do. Text that is no JSON object or array comes back unchanged.
 */
export function canonicalJson(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text
  try {
    return print(JSON.parse(withMarks(text)))
  } catch {
    // No JSON after all, but a bare string that begins with a bracket; or nested so deep that it can only be hostile.
    return text
  }
}

/**
 * Strings and numbers both travel as marked strings, so that neither can pass for the other. Names carry their number as well: of a
 * name that comes twice JSON.parse would keep the last, though a query may have read the first.
 */
function withMarks(text: string): string {
  const parts: string[] = []
  let [at, names] = [0, 0]
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [token] = match
    parts.push(text.slice(at, match.index))
    if (token === '"') {
      at = endOfString(text, match.index)
      COLON.lastIndex = at
      parts.push(`"${COLON.test(text) ? names++ : ''}s${text.slice(match.index + 1, at)}`)
    } else {
      at = TOKEN.lastIndex
      parts.push(`"n${numberText(token)}"`)
    }
    TOKEN.lastIndex = at
  }
  return parts.join('') + text.slice(at)
}

/**
 * Behind the quote that ends the string. Not by an expression: of long texts with many escapes it takes time by their square, or more
 * stack than there is, and a log may hold such a text.
 */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text[end - 1 - escapes] === '\\') escapes++
    if (escapes % 2 === 0) return end + 1
  }
  return text.length
}

function numberText(token: string): string {
  const digits = token.replace(/[eE].*$/, '').replace(/\D/g, '').length
  const number = Number(token) + 0
  // What is beyond JavaScript's range, or too near to zero, is no longer itself.
  const isKept = number === 0 ? !/^[^eE]*[1-9]/.test(token) : Number.isFinite(number)
  return digits <= SAFE_DIGITS && isKept ? String(number) : token
}

/** Prints what was parsed from the marked text. */
function print(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(print).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    // Sorting is stable: members of one name stay in their order.
    const members = Object.entries(value)
      .map(([name, member]) => [name.replace(/^\d+s/, ''), member] as const)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${print(member)}`).join(',')}}`
  }
  if (typeof value !== 'string') return String(value)
  return value.startsWith('n') ? value.slice(1) : JSON.stringify(value.slice(1))
}
