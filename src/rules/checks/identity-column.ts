import type { QueryCheck } from './check.ts'
import { missingColumns, namedColumns } from './result-columns.ts'

export const identityColumn: QueryCheck = {
  id: 'identity-column',
  stage: 'query',
  summary: 'The identity of findings takes columns that the query returns.',
  why: 'With a missing column all columns of a row are its identity again, so that a row whose counts changed opens a second incident.',
  severity: { strict: 'error', lenient: 'error' },
  fails: {
    keys: 'query: AzureActivity | project TimeGenerated, Caller\nentityMappings: []\nhunt:\n  identity: [Resource]',
  },
  passes: {
    keys: 'query: AzureActivity | project TimeGenerated, Resource\nentityMappings: []\nhunt:\n  identity: [Resource]',
  },
  run: ({ hunt }, query) => missingColumns(namedColumns(hunt.identity), query, 'hunt.identity'),
}
