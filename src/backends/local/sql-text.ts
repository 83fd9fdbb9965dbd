/** A text literal of DuckDB. Paths and names of users only ever enter SQL through here or as quoted identifiers. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

export function sqlTextList(texts: readonly string[]): string {
  return `[${texts.map(sqlText).join(', ')}]`
}
