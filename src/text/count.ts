/** `1 row`, `1,204 rows`; `many` for a plural that an s does not make, or that a verb follows: `1 row has`, `2 rows have`. */
export function countOf(count: number, noun: string, many = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : many}`
}

/** `1,204` */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
