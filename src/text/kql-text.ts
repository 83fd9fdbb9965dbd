/** A table's name in a query, whatever it holds. */
export function quoteTableName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `[${quoteKqlString(name)}]`
}

/** A text as a KQL string literal. */
export function quoteKqlString(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\r', '\\r').replaceAll('\n', '\\n')
  return `'${escaped}'`
}
