/** Columns that share the beginning of their names. */
export function prefixed(prefix: string, names: string): string {
  return names
    .split(' ')
    .map((name) => prefix + name)
    .join(' ')
}
