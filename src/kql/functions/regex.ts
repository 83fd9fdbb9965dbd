/**
 * Kusto's regular expressions to those of DuckDB (RE2). The engine's are Unicode-aware: `\d` finds a full-width digit
 * (recorded: shared/kql-cases r2-string-ops), where RE2's `\d`, `\w` and `\s` know ASCII only. RE2 runs in linear time,
 * so a hostile pattern cannot hang a query.
 */
const CLASSES: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  w: '\\p{L}\\p{M}\\p{Nd}\\p{Pc}',
  s: '\\t\\n\\v\\f\\r\\x{85}\\p{Z}',
}

export function toRe2(pattern: string): string {
  let inClass = false
  let output = ''
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at)
    if (character === '\\') {
      at++
      output += escape(pattern.charAt(at), inClass)
      continue
    }
    if (character === '[' && !inClass) inClass = true
    else if (character === ']' && inClass && !/\[\^?$/.test(output)) inClass = false
    // (?<name>…) is (?P<name>…) in RE2; lookarounds do not exist in either.
    if (!inClass && pattern.startsWith('(?<', at) && !/^\(\?<[=!]/.test(pattern.slice(at))) {
      output += '(?P<'
      at += 2
      continue
    }
    output += character
  }
  return output
}

function escape(letter: string, inClass: boolean): string {
  const members = CLASSES[letter.toLowerCase()]
  if (members === undefined) return `\\${letter}`
  if (letter === letter.toLowerCase()) return inClass ? members : `[${members}]`
  // A negated class inside a class has no plain spelling; RE2's own is the ASCII one.
  return inClass ? `\\${letter}` : `[^${members}]`
}

/** The text itself, as a pattern. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
}

/** The same pattern for JavaScript, for natives. Undefined where JavaScript cannot read it. */
export function toJavaScript(pattern: string, flags: string): RegExp | undefined {
  const inline = /^\(\?([imsU]+)\)/.exec(pattern)
  const body = toRe2(inline === null ? pattern : pattern.slice(inline[0].length))
    .replaceAll('(?P<', '(?<')
    .replaceAll('\\x{85}', '\\u0085')
    .replace(/\\([^\\^$.*+?()[\]{}|/\-dDwWsSbBnrtvfpPuxcsk0-9])/g, '$1')
  const inlineFlags = (inline?.[1] ?? '').replace(/U/g, '')
  try {
    return new RegExp(body, [...new Set(`u${flags}${inlineFlags}`)].join(''))
  } catch {
    return undefined
  }
}
