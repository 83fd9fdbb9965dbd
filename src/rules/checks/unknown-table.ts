import { nearestName } from '../../text/near-name.ts'
import { boundErrors } from './bound-diagnostics.ts'
import type { QueryCheck } from './check.ts'

export const unknownTable: QueryCheck = {
  id: 'unknown-table',
  stage: 'query',
  summary: 'Tables are in the schema catalogue, in this spelling.',
  why: 'Table names are case-sensitive in Log Analytics. Custom tables of a workspace are not in our catalogue, so this need not be a fault.',
  severity: { strict: 'error', lenient: 'warning' },
  fails: { keys: 'query: AzureActivities | take 10\nentityMappings: []' },
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
      }
    })
  },
}
