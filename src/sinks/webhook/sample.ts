import type { Delivery } from '../../domain/ports.ts'
import type { Alert } from '../../domain/run.ts'
import { instantFromMillis } from '../../time/instant.ts'

const TIME = instantFromMillis(Date.UTC(2026, 0, 1))
const entities = [{ type: 'Host', identifiers: { HostName: 'vm-1' }, strong: false }] as const
const texts = {
  title: 'Sample "incident"',
  description: 'Made up to try a template.\n',
  severity: 'Medium',
  tactics: ['Execution'],
  techniques: ['T1059'],
  entities,
} as const

const alert: Alert = {
  ...texts,
  id: '00000000-0000-4000-8000-000000000001',
  ruleId: '00000000-0000-4000-8000-000000000002',
  workspace: 'sample',
  slot: TIME,
  raisedAt: TIME,
  window: { start: TIME, end: TIME },
  findingIds: ['0'],
  customDetails: { Script: ['id'] },
  properties: {},
  firstActivity: TIME,
  lastActivity: TIME,
}

/** An incident of nobody's, for trying templates. */
export const sampleDelivery: Delivery = {
  key: '00000000-0000-4000-8000-000000000003/opened',
  reason: 'opened',
  incident: {
    ...texts,
    id: '00000000-0000-4000-8000-000000000003',
    ruleId: alert.ruleId,
    ruleName: 'Sample rule',
    workspace: 'sample',
    groupKey: '',
    alerts: [alert],
    firstActivity: TIME,
    lastActivity: TIME,
    openedAt: TIME,
  },
}
