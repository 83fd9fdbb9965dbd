import { lostIndentation } from '../checks/lost-indentation.ts'
import { isInformationalKey, readKeyOf } from '../document/keys.ts'
import { linesOf } from './repair.ts'
import type { Proposal, TextLine } from './repair.ts'

/** `query:` or `description:`, with what stands behind it: a block indicator, an opening quote, an opening fence. */
const HEADER = /^(\s*)(query|description)\s*:[ \t]*([|>][-+0-9]*|"|'|```.*|~~~.*)?(.*)$/
const KEY = /^(\s*)([\w$-]+)\s*:(?:\s|$)/

/**
 * A query or description whose lines lost their indentation, as copies on web pages do. The lines up to the next key of a
 * rule file belong to it, so the repair is to indent them.
 */
export function repairLostIndentation(text: string): readonly Proposal[] {
  const lines = linesOf(text)
  const proposal: { edits: { offset: number; remove: number; insert: string }[]; notes: Proposal['notes'][number][] } =
    {
      edits: [],
      notes: [],
    }
  lines.forEach((header, index) => {
    const match = HEADER.exec(header.text)
    if (match === null) return
    const [, indentation = '', key = '', opening = '', rest = ''] = match
    const body = bodyBehind(lines, index, indentation.length)
    const [first] = body
    if (first === undefined) return
    const isFenced = opening.startsWith('```') || opening.startsWith('~~~')
    if (!isFenced && opening === '' && rest.trim() !== '') return
    const at = header.start + header.text.length
    if (isFenced) {
      const fenceAt = at - opening.length - rest.length
      proposal.edits.push({ offset: fenceAt, remove: 0, insert: `|\n${indentation}  ` })
    } else if (opening === '') proposal.edits.push({ offset: at, remove: 0, insert: ' |' })
    for (const line of body) {
      if (line.text.trim() !== '') proposal.edits.push({ offset: line.start, remove: 0, insert: `${indentation}  ` })
    }
    proposal.notes.push({
      check: lostIndentation,
      message: `the lines of "${key}" are not indented; read as belonging to it`,
      hint: `write "${key}: |" and indent each of its lines by two spaces`,
      start: first.start,
      end: first.start + first.text.length,
    })
  })
  return proposal.edits.length === 0 ? [] : [proposal]
}

/** The lines behind a header up to the next key, if the first of them is indented too little; else none. */
function bodyBehind(lines: readonly TextLine[], index: number, indentation: number): readonly TextLine[] {
  const behind = lines.slice(index + 1)
  const end = behind.findIndex((line) => isKeyLine(line, indentation) || /^(---|\.\.\.)\s*$/.test(line.text))
  const body = end === -1 ? behind : behind.slice(0, end)
  const lacksIndentation = body.some((line) => line.text.trim() !== '' && indentOf(line) <= indentation)
  return lacksIndentation ? body.filter((line) => line.text.trim() !== '') : []
}

function isKeyLine(line: TextLine, indentation: number): boolean {
  const [, indent = '', key = ''] = KEY.exec(line.text) ?? []
  return key !== '' && indent.length <= indentation && (readKeyOf(key) !== undefined || isInformationalKey(key))
}

function indentOf(line: TextLine): number {
  return line.text.length - line.text.trimStart().length
}
