import { createAzureLogsBackend } from '../../../src/backends/azure-logs/index.ts'
import { WORKSPACE_ID } from '../../support/azure-logs.ts'
import { backendContract } from './contract.ts'

backendContract({
  name: 'azure',
  open: ({ url, ...surroundings }) =>
    createAzureLogsBackend({
      ...surroundings,
      endpoint: url,
      workspaces: new Map([['contoso', { id: WORKSPACE_ID }]]),
      random: () => 0,
    }),
  permission: /Log Analytics Reader/,
  truncated: 'part',
  stopped: 'partial',
})
