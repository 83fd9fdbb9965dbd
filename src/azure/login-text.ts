/** The message, and those of the credentials that a chain tried. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const tried: unknown = 'errors' in error ? error.errors : undefined
  const parts = Array.isArray(tried) ? tried.filter((each) => each instanceof Error).map((each) => each.message) : []
  return [error.message, ...parts.filter((part) => !error.message.includes(part))].join('; ')
}
