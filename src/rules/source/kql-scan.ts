/** What a stretch of KQL is, as far as a scan without a grammar can tell. */
export interface KqlPiece {
  readonly kind: 'code' | 'string' | 'comment'
  readonly start: number
  readonly end: number
}

/**
 * Splits KQL into code, string literals (`"…"`, `'…'`, with `@` verbatim, `` ```…``` `` over several lines) and `//`
 * comments. An unclosed string ends with its line, as Kusto's own lexer has it. `isLineEnd` says where lines end; by
 * default at `\n`.
 * https://learn.microsoft.com/kusto/query/scalar-data-types/string
 */
export function scanKql(text: string, isLineEnd: (offset: number) => boolean = (at) => text[at] === '\n'): KqlPiece[] {
  const pieces: KqlPiece[] = []
  let codeStart = 0
  const push = (kind: 'string' | 'comment', start: number, end: number): number => {
    if (start > codeStart) pieces.push({ kind: 'code', start: codeStart, end: start })
    pieces.push({ kind, start, end })
    codeStart = end
    return end
  }
  for (let at = 0; at < text.length;) {
    const character = text[at]
    if (character === '/' && text[at + 1] === '/') at = push('comment', at, lineEnd(text, at, isLineEnd))
    else if (text.startsWith('```', at) || text.startsWith('~~~', at)) at = push('string', at, fenceEnd(text, at))
    else if (character === '"' || character === "'") {
      at = push('string', at, stringEnd(text, at, text[at - 1] === '@', isLineEnd))
    } else at += 1
  }
  if (codeStart < text.length) pieces.push({ kind: 'code', start: codeStart, end: text.length })
  return pieces
}

/** The text with comments and strings blanked out; offsets stay. */
export function kqlCode(text: string): string {
  return scanKql(text)
    .map(({ kind, start, end }) => {
      const piece = text.slice(start, end)
      return kind === 'code' ? piece : piece.replace(/[^\n]/g, ' ')
    })
    .join('')
}

function lineEnd(text: string, start: number, isLineEnd: (offset: number) => boolean): number {
  let at = start
  while (at < text.length && !isLineEnd(at)) at += 1
  return at
}

function fenceEnd(text: string, start: number): number {
  const close = text.indexOf(text.slice(start, start + 3), start + 3)
  return close === -1 ? text.length : close + 3
}

function stringEnd(text: string, start: number, isVerbatim: boolean, isLineEnd: (offset: number) => boolean): number {
  const quote = text[start]
  for (let at = start + 1; at < text.length && !isLineEnd(at); at += 1) {
    if (text[at] === '\\' && !isVerbatim) at += 1
    else if (text[at] === quote) {
      if (!isVerbatim || text[at + 1] !== quote) return at + 1
      at += 1
    }
  }
  return lineEnd(text, start, isLineEnd)
}
