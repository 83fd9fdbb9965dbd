import { indentationCharacter } from '../checks/indentation-character.ts'
import { linesOf } from './repair.ts'
import type { Proposal, TextLine } from './repair.ts'

/** Tab stops in use. All must give the same rule, or nobody knows which one was meant. */
const TAB_WIDTHS = [2, 4, 8]

/** White space other than a plain space at the start of a line: tabs, no-break spaces, wide spaces. */
const INDENTATION = /^[ \t\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff]+/
const FOREIGN = /[^ ]/

/** Indentation by tabs or by spaces that are no spaces, which YAML refuses. */
export function repairIndentation(text: string): readonly Proposal[] {
  const damaged = linesOf(text).flatMap((line) => {
    const indentation = INDENTATION.exec(line.text)?.[0]
    return indentation === undefined || !FOREIGN.test(indentation) ? [] : [{ line, indentation }]
  })
  const first = damaged[0]
  if (first === undefined) return []
  const note = {
    check: indentationCharacter,
    message: describe(first.indentation, damaged.length),
    hint: 'indent with spaces; YAML allows nothing else',
    start: first.line.start,
    end: first.line.start + first.indentation.length,
  }
  const hasTab = damaged.some(({ indentation }) => indentation.includes('\t'))
  const widths = hasTab ? TAB_WIDTHS : TAB_WIDTHS.slice(0, 1)
  return widths.map((width) => ({
    edits: damaged.map((item) => respace(item.line, item.indentation, width)),
    notes: [note],
  }))
}

function describe(indentation: string, count: number): string {
  const lines = count === 1 ? 'a line is' : `${count} lines are`
  if (indentation.includes('\t')) return `${lines} indented with tabs; read as spaces`
  return `${lines} indented with characters that look like spaces but are not; read as spaces`
}

function respace(line: TextLine, indentation: string, width: number) {
  let column = 0
  for (const character of indentation) {
    if (character === '\t') column += width - (column % width)
    else if (character !== '\u200b' && character !== '\ufeff') column += 1
  }
  return { offset: line.start, remove: indentation.length, insert: ' '.repeat(column) }
}
