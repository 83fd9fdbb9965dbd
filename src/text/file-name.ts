import { createHash } from 'node:crypto'

/** File systems allow 255 bytes or UTF-16 units a name; we leave room for what is put around ours. */
const MAX_SLUG = 60

/**
 * Device names that Windows keeps for itself, alone or before an extension
 * (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
 */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/

/** What needs no change to be a name of its own on every file system, even one that ignores case. */
const PLAIN = /^[a-z0-9]+([_-][a-z0-9]+)*$/

/** A plain name of this form could be the made-up name of another text. */
const HASHED = /-[0-9a-f]{8}$/

/**
 * Readable, lower-case ASCII words with hyphens, at most `maxLength` long: `Rare Run-Command (PowerShell)` →
 * `rare-run-command-powershell`. Two texts can share a slug; the caller adds what tells them apart. Never empty, never
 * a reserved name.
 */
export function slugOf(text: string, maxLength: number = MAX_SLUG): string {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  const slug = words.length > maxLength ? cutAtWord(words, maxLength) : words
  if (slug === '') return 'unnamed'
  return RESERVED.test(slug) ? `x-${slug}` : slug
}

/**
 * A file name that no other text has, safe on every file system: plain lower-case names stay as they are; all others
 * become their slug and eight digits of their hash, because `Prod` and `prod` are one file on Windows and macOS.
 */
export function fileNameOf(text: string): string {
  const isPlain = PLAIN.test(text) && text.length <= MAX_SLUG && !RESERVED.test(text) && !HASHED.test(text)
  return isPlain ? text : `${slugOf(text)}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`
}

/** Drops the word that the limit would cut, unless that costs more than half of the slug. */
function cutAtWord(words: string, maxLength: number): string {
  const cut = words.slice(0, maxLength)
  const lastBreak = words[maxLength] === '-' ? maxLength : cut.lastIndexOf('-')
  return (lastBreak > maxLength / 2 ? cut.slice(0, lastBreak) : cut).replace(/-$/, '')
}
