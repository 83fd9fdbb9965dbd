import type { YamlProblem } from './document/tree.ts'

export interface Wording {
  readonly message: string
  readonly hint?: string
}

/** Each of the YAML package's codes in words for someone who writes rules, with the usual remedy. */
const WORDINGS: Readonly<Record<string, Wording>> = {
  TAB_AS_INDENT: { message: 'a tab is used for indentation', hint: 'indent with spaces' },
  BAD_INDENT: {
    message: 'the indentation does not fit the lines around it',
    hint: 'keys of one mapping start in the same column; what belongs to a key is indented further than it',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a key where a value is expected',
    hint: 'put a value that contains ": " in quotes, and start nested keys on a line of their own',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a line that is neither "key: value" nor part of the value above',
    hint: 'indent the lines of a multi-line value further than its key, and write "key: |" before them',
  },
  MISSING_CHAR: {
    message: 'something is missing',
    hint: 'look for an unclosed quote or bracket, or a key without ":"',
  },
  UNEXPECTED_TOKEN: { message: 'something stands here that YAML does not expect' },
  BAD_SCALAR_START: {
    message: 'a value may not start with this character',
    hint: 'put the value in single quotes',
  },
  BAD_DQ_ESCAPE: {
    message: 'an escape that YAML does not know',
    hint: 'write "\\\\" for a backslash in double quotes, or use single quotes or a "|" block',
  },
  BAD_ALIAS: {
    message: 'a value starts with "*", which means an alias in YAML',
    hint: 'put the value in single quotes',
  },
  RESOURCE_EXHAUSTION: {
    message: 'lists and mappings lie too deep in each other',
    hint: 'look for a bracket too many',
  },
  MULTIPLE_DOCS: { message: 'a second document where one is expected', hint: 'separate documents by "---"' },
  BAD_DIRECTIVE: { message: 'a line that starts with "%" is a directive in YAML', hint: 'put the value in quotes' },
}

/** YAML's own message names what is missing; ours would be poorer. */
const OWN_WORDS = new Set(['MISSING_CHAR', 'UNEXPECTED_TOKEN'])

export function describeYamlProblem({ code, message, start }: YamlProblem, text: string): Wording {
  const wording = WORDINGS[code]
  const quote = /^Missing closing (["'])quote/.exec(message)?.[1]
  if (quote !== undefined) return closing(quote)
  const flow = code === 'BAD_INDENT' ? /^Flow (map|sequence)/.exec(message)?.[1] : undefined
  if (flow !== undefined) return closing(flow === 'map' ? '}' : ']')
  // A file that is cut off breaks at its end, far from the quote that was opened.
  const isAtEnd = text.slice(start).trim() === ''
  const place = isAtEnd && code === 'MISSING_CHAR' ? ' before the end of the file' : ''
  if (wording === undefined || OWN_WORDS.has(code))
    return { ...wording, message: `not valid YAML: ${lower(message)}${place}` }
  return { ...wording, message: `not valid YAML: ${wording.message}` }
}

function closing(mark: string): Wording {
  return { message: `not valid YAML: the closing ${mark} is missing`, hint: `add ${mark} at the end of the value` }
}

function lower(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1)
}
