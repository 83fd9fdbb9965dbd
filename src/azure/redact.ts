/** A JSON Web Token, signed or not. */
const TOKEN = /\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g

const LONGEST = 600

/** One line of somebody else's message, without tokens and without the given secrets. */
export function redact(message: string, secrets: readonly string[]): string {
  let line = message.replace(/\s+/g, ' ').trim().replace(TOKEN, '***')
  for (const secret of secrets) if (secret !== '') line = line.replaceAll(secret, '***')
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}
