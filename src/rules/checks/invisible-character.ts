import { INVISIBLE } from '../document/keys.ts'
import type { Problem } from '../problem.ts'
import type { RuleCheck } from './check.ts'

export const invisibleCharacter: RuleCheck = {
  id: 'invisible-character',
  stage: 'rule',
  summary: 'Keys and the query contain no invisible characters.',
  why: 'A zero-width space inside of a string literal makes a comparison that never holds, and nobody can see why.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'query: AzureActivity | where Caller == "admin\u200b@contoso.com"' },
  passes: { keys: 'query: AzureActivity | where Caller == "admin@contoso.com"' },
  run({ document }) {
    const problems: Problem[] = []
    for (const { key, keyStart, keyEnd } of document.root.entries) {
      const found = codePointIn(key)
      if (found === undefined) continue
      const message = `the key contains the invisible character ${found.name}; read without it`
      problems.push({ at: { kind: 'text', start: keyStart, end: keyEnd }, message, hint: 'type the key anew' })
    }
    const found = codePointIn(document.query?.text ?? '')
    if (found !== undefined) {
      const message = `the query contains the invisible character ${found.name}`
      const at = { kind: 'query', offset: found.offset, length: 1 } as const
      problems.push({ at, message, hint: 'delete it, or write it as an escape if the query looks for it' })
    }
    return problems
  },
}

function codePointIn(text: string): { readonly name: string; readonly offset: number } | undefined {
  const match = [...text.matchAll(INVISIBLE)][0]
  if (match === undefined) return undefined
  const code = match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
  return { name: `U+${code}`, offset: match.index }
}
