import { createDataExplorerBackend } from '../../../src/backends/data-explorer/index.ts'
import { tablesNamed } from '../../support/tables-named.ts'
import { backendContract } from './contract.ts'

backendContract({
  name: 'data-explorer',
  open: ({ url, credential, ...surroundings }) =>
    createDataExplorerBackend({
      ...surroundings,
      databases: new Map([['contoso', { cluster: url, database: 'logs', credential }]]),
      tablesOf: tablesNamed({ AzureActivity: ['TimeGenerated', 'Caller'] }),
      random: () => 0,
    }),
  permission: /Database Viewer/,
  truncated: 'part',
  stopped: 'partial',
})
