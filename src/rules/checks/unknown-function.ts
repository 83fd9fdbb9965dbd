import { nearestName } from '../../text/near-name.ts'
import { boundErrors } from './bound-diagnostics.ts'
import type { QueryCheck } from './check.ts'

export const unknownFunction: QueryCheck = {
  id: 'unknown-function',
  stage: 'query',
  summary: 'Functions are built into KQL or in the schema catalogue.',
  why: 'A misspelt name is refused by the service. Functions saved in a workspace are not in our catalogue, so a name that resembles none that we know is a warning.',
  severity: { strict: 'error', lenient: 'error' },
  fails: { keys: 'query: AzureActivity | where isnotemtpy(Caller)' },
  passes: { keys: 'query: AzureActivity | where isnotempty(Caller)' },
  run({ document }, query, { functions }) {
    const text = document.query?.text ?? ''
    return boundErrors(query, text, (code) => code === 'unknown-function').map(({ offset, length, hint }) => {
      const name = text.slice(offset, offset + length)
      const near = nearestName(name, functions.keys())
      const where = 'functions saved in a workspace are not known here'
      return {
        at: { kind: 'query', offset, length },
        message: `there is no function "${name}"`,
        hint: near === undefined ? (hint ?? where) : `did you mean "${near}"? ${where}`,
        isDoubtful: near === undefined && hint === undefined,
      }
    })
  },
}
