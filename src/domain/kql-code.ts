/** What of a KQL text is no code: comments and quoted text; verbatim strings know no backslash. */
export const COMMENTS_AND_STRINGS = /\/\/[^\n]*|@"[^"]*"|@'[^']*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g

/** The texts that a query quotes, in order. */
export function stringsIn(text: string): string[] {
  return (text.match(COMMENTS_AND_STRINGS) ?? []).flatMap((part) => (part.startsWith('//') ? [] : [unquoted(part)]))
}

function unquoted(part: string): string {
  return part.startsWith('@') ? part.slice(2, -1) : part.slice(1, -1).replace(/\\(.)/g, '$1')
}
