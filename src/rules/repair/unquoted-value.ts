import { unquotedValue } from '../checks/unquoted-value.ts'
import type { YamlProblem } from '../document/tree.ts'
import { linesOf } from './repair.ts'
import type { Proposal } from './repair.ts'

/** What YAML says about `name: Error: too many` and about values that start with `%`, `@` or a backtick. */
const CODES = new Set(['BLOCK_AS_IMPLICIT_KEY', 'BAD_SCALAR_START'])

const LINE = /^(\s*(?:-\s+)?[\w-]+[ \t]*:[ \t]+)([^\s|>'"[\]{}&*!#].*?)[ \t]*$/

/** One-line values that need quotes, because they contain `: ` or start with a character that YAML keeps for itself. */
export function repairUnquotedValues(text: string, problems: readonly YamlProblem[]): readonly Proposal[] {
  const starts = problems.filter(({ code }) => CODES.has(code)).map(({ start }) => start)
  const lines = linesOf(text).filter((line) => {
    return starts.some((start) => start >= line.start && start <= line.start + line.text.length)
  })
  const matches = lines.flatMap((line) => {
    const [, before, value] = LINE.exec(line.text) ?? []
    return before === undefined || value === undefined ? [] : [{ at: line.start + before.length, value }]
  })
  if (matches.length === 0) return []
  return [
    {
      edits: matches.map(({ at, value }) => ({
        offset: at,
        remove: value.length,
        insert: `'${value.replaceAll("'", "''")}'`,
      })),
      notes: matches.map(({ at, value }) => ({
        check: unquotedValue,
        message: value.includes(': ')
          ? 'the value contains ": " and is not quoted; read as one text'
          : `the value starts with ${JSON.stringify(value[0])} and is not quoted; read as one text`,
        hint: 'put the value in single quotes',
        start: at,
        end: at + value.length,
      })),
    },
  ]
}
