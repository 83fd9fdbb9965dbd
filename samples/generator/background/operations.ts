import { recordOperation } from '../activity.ts'
import type { Operation, Stage } from '../activity.ts'
import type { Logs } from '../logs.ts'
import { randomFor } from '../random.ts'
import type { Random } from '../random.ts'
import { MACHINES, PEOPLE, SERVICES, SUBSCRIPTIONS, resourceIdOf } from '../world.ts'
import type { Principal, Subscription } from '../world.ts'
import { HOURS, MINUTES, SECONDS, days } from '../week.ts'

interface Kind {
  readonly action: string
  readonly displayName: string
  readonly weight: number
  /** Resource under the subscription; `{n}` becomes a number. */
  readonly resource: string | 'machine'
  readonly by: readonly Principal[]
  readonly category?: 'Policy'
}

const { marlow, brandt, keller, quill, tarn, odell } = PEOPLE
const ADMINISTRATORS = [marlow, brandt, keller, quill, tarn, odell]
const PIPELINES = [SERVICES.configuration, SERVICES.legacyDeploy]

const KINDS: readonly Kind[] = [
  {
    action: 'Microsoft.Authorization/policies/auditIfNotExists/action',
    displayName: "'auditIfNotExists' Policy action.",
    weight: 16,
    resource: 'machine',
    by: [SERVICES.policy],
    category: 'Policy',
  },
  {
    action: 'Microsoft.Resources/deployments/write',
    displayName: 'Create Deployment',
    weight: 9,
    resource: 'resourceGroups/rg-app-prod/providers/Microsoft.Resources/deployments/release-{n}',
    by: PIPELINES,
  },
  {
    action: 'Microsoft.Compute/virtualMachines/write',
    displayName: 'Create or Update Virtual Machine',
    weight: 7,
    resource: 'machine',
    by: [...PIPELINES, ...ADMINISTRATORS],
  },
  {
    action: 'Microsoft.Compute/virtualMachines/start/action',
    displayName: 'Start Virtual Machine',
    weight: 5,
    resource: 'machine',
    by: ADMINISTRATORS,
  },
  {
    action: 'Microsoft.Compute/virtualMachines/deallocate/action',
    displayName: 'Deallocate Virtual Machine',
    weight: 4,
    resource: 'machine',
    by: ADMINISTRATORS,
  },
  {
    action: 'Microsoft.Compute/virtualMachines/restart/action',
    displayName: 'Restart Virtual Machine',
    weight: 4,
    resource: 'machine',
    by: [SERVICES.patching],
  },
  {
    action: 'Microsoft.Compute/restorePointCollections/restorePoints/write',
    displayName: 'Create Restore Point',
    weight: 9,
    resource: 'resourceGroups/rg-backup/providers/Microsoft.Compute/restorePointCollections/nightly-{n}',
    by: [SERVICES.backup],
  },
  {
    action: 'Microsoft.Compute/snapshots/write',
    displayName: 'Create or Update Snapshot',
    weight: 6,
    resource: 'resourceGroups/rg-backup/providers/Microsoft.Compute/snapshots/snap-{n}',
    by: [SERVICES.backup],
  },
  {
    action: 'Microsoft.Storage/storageAccounts/listKeys/action',
    displayName: 'List Storage Account Keys',
    weight: 10,
    resource: 'resourceGroups/rg-app-prod/providers/Microsoft.Storage/storageAccounts/contosoapp{n}',
    by: [...PIPELINES, SERVICES.backup],
  },
  {
    action: 'Microsoft.Network/networkSecurityGroups/securityRules/write',
    displayName: 'Create or Update Security Rule',
    weight: 3,
    resource:
      'resourceGroups/rg-network/providers/Microsoft.Network/networkSecurityGroups/nsg-web/securityRules/rule-{n}',
    by: ADMINISTRATORS,
  },
  {
    action: 'Microsoft.Authorization/roleAssignments/write',
    displayName: 'Create role assignment',
    weight: 2,
    resource: 'resourceGroups/rg-app-prod/providers/Microsoft.Authorization/roleAssignments/{n}',
    by: [marlow, odell],
  },
  {
    action: 'Microsoft.KeyVault/vaults/write',
    displayName: 'Update Key Vault',
    weight: 2,
    resource: 'resourceGroups/RG-Identity/providers/Microsoft.KeyVault/vaults/kv-contoso-{n}',
    by: PIPELINES,
  },
  {
    action: 'Microsoft.Insights/diagnosticSettings/write',
    displayName: 'Create or update diagnostic setting',
    weight: 3,
    resource: 'resourceGroups/rg-monitor/providers/Microsoft.Insights/diagnosticSettings/to-workspace-{n}',
    by: [SERVICES.policy],
  },
  {
    action: 'Microsoft.Compute/virtualMachines/extensions/write',
    displayName: 'Create or Update Virtual Machine Extension',
    weight: 4,
    resource: 'machine',
    by: [...PIPELINES, SERVICES.policy],
  },
]

/** Everything else that the activity log of a company holds: some two hundred operations on a workday. */
export function runOperations(logs: Logs): void {
  const random = randomFor('background', 'operations')
  const drawn = KINDS.flatMap((kind) => Array.from({ length: kind.weight }, () => kind))
  for (const day of days()) {
    const count = day.isWorkday ? 210 : 90
    for (let index = 0; index < count; index++) {
      const atWork = random.chance(0.6)
      const hour = atWork ? 7 + random.next() * 10 : random.next() * 23.8
      recordOne(logs, random, random.pick(drawn), day.start + hour * HOURS)
    }
  }
}

function recordOne(logs: Logs, random: Random, kind: Kind, time: number): void {
  const principal = random.pick(kind.by)
  const target = placeOf(kind, random)
  recordOperation(logs, random, {
    ...target,
    action: kind.action,
    displayName: kind.displayName,
    principal,
    address: random.pick(principal.addresses),
    stages: stagesOf(random, kind, time),
    correlationId: random.guid(),
    ...(kind.category === undefined ? {} : { category: kind.category }),
  })
}

function placeOf(kind: Kind, random: Random): Pick<Operation, 'subscription' | 'resourceId'> {
  if (kind.resource === 'machine') {
    const target = random.pick(MACHINES)
    const suffix = kind.action.includes('/extensions/') ? '/extensions/MDE.Windows' : ''
    return { subscription: target.subscription, resourceId: resourceIdOf(target) + suffix }
  }
  const subscription: Subscription = random.pick(Object.values(SUBSCRIPTIONS))
  const resource = kind.resource.replace('{n}', String(random.int(1, 40)))
  return { subscription, resourceId: `/subscriptions/${subscription.id}/${resource}` }
}

function stagesOf(random: Random, kind: Kind, time: number): Operation['stages'] {
  const stage = (name: Stage, at: number, substatus = '') => ({ stage: name, time: at, substatus })
  const end: Stage = random.chance(0.97) ? 'Success' : 'Failure'
  // Policy actions and lists are synchronous: one record, or start and end without an acceptance (contract G3).
  if (kind.category === 'Policy') return [stage('Success', time, 'OK')]
  if (kind.action.endsWith('listKeys/action'))
    return [stage('Start', time), stage(end, time + random.int(80, 700), 'OK')]
  return [
    stage('Start', time),
    stage('Accept', time + random.int(150, 1200), 'Accepted'),
    stage(end, time + random.int(4 * SECONDS, 3 * MINUTES)),
  ]
}
