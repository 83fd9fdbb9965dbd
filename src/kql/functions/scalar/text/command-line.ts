import { invalid } from '../../../errors.ts'
import { arg, constantText } from '../../entry.ts'
import { nativeScalar } from '../native.ts'

/**
 * Arguments as Windows' CommandLineToArgvW splits them: the first ends at its closing quote or at white space and knows
 * no escapes; in the others 2n backslashes before a quote are n, 2n+1 are n and a quote, and a doubled quote inside
 * quotes is one. https://learn.microsoft.com/windows/win32/api/shellapi/nf-shellapi-commandlinetoargvw
 */
export function windowsArguments(command: string): string[] {
  const first = /^(?:"([^"]*)"?|([^ \t"]*))/.exec(command)
  const program = first?.[1] ?? first?.[2] ?? ''
  const rest = command.slice(first?.[0].length ?? 0)
  return [program, ...splitArguments(rest)]
}

function splitArguments(text: string): string[] {
  const found: string[] = []
  let current: string | undefined
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (!isQuoted && (character === ' ' || character === '\t')) {
      if (current !== undefined) found.push(current)
      current = undefined
      continue
    }
    current ??= ''
    if (character === '\\') {
      const run = /^\\+/.exec(text.slice(at))?.[0].length ?? 0
      const isBeforeQuote = text.charAt(at + run) === '"'
      current += '\\'.repeat(isBeforeQuote ? run >> 1 : run)
      at += run - 1
      if (isBeforeQuote && run % 2 === 1) {
        current += '"'
        at++
      }
    } else if (character !== '"') {
      current += character
    } else if (isQuoted && text.charAt(at + 1) === '"') {
      current += '"'
      at++
    } else {
      isQuoted = !isQuoted
    }
  }
  if (current !== undefined) found.push(current)
  return found
}

export const parseCommandLine = nativeScalar({
  name: 'parse_command_line',
  page: 'parse-command-line-function',
  takes: ['string', 'string'],
  returns: 'dynamic',
  refuses: (args, info) => {
    const parser = constantText(args, 1, info)
    if (parser.toLowerCase() !== 'windows') {
      throw invalid(`parse_command_line does not know the parser "${parser}"`, arg(args, 1, info).span, 'use "windows"')
    }
  },
  run: (command) => (command.trim() === '' ? null : windowsArguments(command)),
})
