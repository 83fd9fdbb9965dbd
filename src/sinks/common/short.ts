/** At most `most` UTF-16 units, with `…` in place of what is cut; never half a character. */
export function short(text: string, most: number): string {
  if (text.length <= most) return text
  if (most < 1) return ''
  const end = most - 1
  const splits = /[\ud800-\udbff]/.test(text[end - 1] ?? '')
  return `${text.slice(0, splits ? end - 1 : end)}…`
}

/** At most so many bytes of UTF-8 in a JSON string, as above: a letter may take three of them there, a control character six. */
export function shortJson(text: string, most: number): string {
  if (jsonBytes(text) <= most) return text
  let bytes = jsonBytes('…')
  let end = 0
  for (const character of text) {
    bytes += jsonBytes(character)
    if (bytes > most) break
    end += character.length
  }
  return `${text.slice(0, end)}…`
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2
}

/** At most `most` bytes of UTF-8, as above. */
export function shortBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text
  const bytes = Buffer.from(text).subarray(0, Math.max(0, most - 3))
  // What the cut left of a last character decodes to one U+FFFD.
  return `${bytes.toString('utf8').replace(/\ufffd$/, '')}…`
}
