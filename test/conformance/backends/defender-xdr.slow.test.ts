import { createDefenderXdrBackend } from '../../../src/backends/defender-xdr/index.ts'
import { days } from '../../../src/time/duration.ts'
import { tablesNamed } from '../../support/tables-named.ts'
import { backendContract } from './contract.ts'

backendContract({
  name: 'defender-xdr',
  open: ({ url, credential, ...surroundings }) =>
    createDefenderXdrBackend({
      ...surroundings,
      graphEndpoint: url,
      tenants: new Map([['contoso', { credential, retention: days(30) }]]),
      tablesOf: tablesNamed({ AzureActivity: ['TimeGenerated', 'Caller'] }),
      random: () => 0,
    }),
  permission: /ThreatHunting\.Read\.All/,
  truncated: 'nothing',
  stopped: 'error',
})
