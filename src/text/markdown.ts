import { terminalSafe } from './terminal.ts'

/** What means something in CommonMark, in tables of GitHub's form, or as HTML; a backslash before it takes that away. */
const MARKS = /[\\`*_{}[\]<>()#+\-.!|~&:@$^=]/g

/**
 * Text that stays text in Markdown, on one line, also in a cell of a table: no link, no image, no HTML, and nothing that would turn
 * the cells around it about or that nobody sees: such characters become visible escapes. Entities are used for
 * `<`, `>` and `&`, which some readers unescape before they look for tags.
 */
export function markdownSafe(text: string): string {
  const line = text.replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim()
  return terminalSafe(line).replace(MARKS, (mark) => ENTITIES[mark] ?? `\\${mark}`)
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
