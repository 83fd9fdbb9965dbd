import { distance } from 'fastest-levenshtein'
import { nearestName } from '../../text/near-name.ts'
import { boundErrors } from './bound-diagnostics.ts'
import type { QueryCheck } from './check.ts'

export const unknownTable: QueryCheck = {
  id: 'unknown-table',
  stage: 'query',
  summary: 'Tables are in the schema catalogue, in this spelling.',
  why: 'Table names are case-sensitive in Log Analytics. Custom tables and saved functions of a workspace are not in our catalogue, so this need not be a fault and is a warning, unless the name is one letter off.',
  severity: { strict: 'error', lenient: 'error' },
  fails: { keys: 'query: AzureActivty | take 10\nentityMappings: []' },
  passes: { keys: 'query: AzureActivity | take 10' },
  run({ document }, query, { tables, functions }) {
    const text = document.query?.text ?? ''
    return boundErrors(query, text, (code) => code === 'unknown-table').map(({ offset, length, hint }) => {
      const name = text.slice(offset, offset + length)
      const near = nearestName(name, [...tables.keys(), ...functions.keys()])
      const where = 'tables come from the schema catalogue; a workspace may have others'
      return {
        at: { kind: 'query', offset, length },
        message: `there is no table or function "${name}"`,
        hint: near === undefined ? (hint ?? where) : `did you mean "${near}"? ${where}`,
        isDoubtful: near === undefined || !isMisspelt(name, near),
      }
    })
  },
}

/** One letter off, or only in case: saved functions are called like a table, but hardly that much like it. */
function isMisspelt(name: string, near: string): boolean {
  return name.length > MIN_LENGTH && distance(name.toLowerCase(), near.toLowerCase()) <= 1
}

/** In a shorter name one letter makes another word. */
const MIN_LENGTH = 5
