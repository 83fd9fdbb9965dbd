/** A JSON Web Token, signed, encrypted or neither. */
const TOKEN = /\beyJ[\w-]+\.[\w-]*(?:\.[\w-]*){0,3}/g

/** What a header Authorization holds, which a gateway may give back in its error. Shorter words are prose. */
const CREDENTIALS = /\b(Bearer|Basic)\s+[\w.~+/-]{16,}=*/gi

const LONGEST = 600

/** One line of somebody else's message, without tokens and without the given secrets. */
export function redact(message: string, secrets: readonly string[]): string {
  let line = withoutTokens(message.replace(/\s+/g, ' ').trim())
  // A login that is given back has them as a form has.
  for (const secret of [...secrets, ...secrets.map(encodeURIComponent)])
    if (secret !== '') line = line.replaceAll(secret, '***')
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}

export function withoutTokens(text: string): string {
  return text.replace(TOKEN, '***').replace(CREDENTIALS, '$1 ***')
}
