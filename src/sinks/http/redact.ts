/** A JSON Web Token, signed or not. */
const TOKEN = /\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g

const LONGEST = 300

/** Somebody else's words as one short line, without tokens and without the given secrets. */
export function redact(text: string, secrets: readonly string[]): string {
  let line = text
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim()
    .replace(TOKEN, '***')
  // The longest first: one may be a part of another.
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    if (secret.length > 3) line = line.replaceAll(secret, '***')
  }
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}
