/** Numbers up to this many digits survive JavaScript's; longer ones keep their text. */
const SAFE_DIGITS = 15

const TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * One text for all JSON texts of equal meaning: members sorted by name, no white space, numbers in one form. The
 * service does not keep the order of a bag's members (shared/reference/azure-contract.md G3), and a 64-bit number must
 * not lose digits, so JSON.parse alone would not do. Text that is no JSON object or array comes back unchanged.
 */
export function canonicalJson(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text
  // Strings and numbers both travel as marked strings, so that neither can pass for the other. Names carry their number as
  // well: of a name that comes twice JSON.parse would keep the last, though a query may have read the first.
  let names = 0
  const marked = text.replace(TOKEN, (token, colon: string | undefined) => {
    if (colon !== undefined) return `"${names++}s${token.slice(1)}`
    return token.startsWith('"') ? `"s${token.slice(1)}` : `"n${numberText(token)}"`
  })
  try {
    return print(JSON.parse(marked))
  } catch {
    // No JSON after all, but a bare string that begins with a bracket; or nested so deep that it can only be hostile.
    return text
  }
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
