import { authenticateArm, checkApiVersion } from '../sentinel/arm-call.ts'
import { notFound } from '../sentinel/arm-errors.ts'
import { json } from '../reply.ts'
import type { Call, EmulatorState, Operation } from './operation.ts'
import { ARM, servedWorkspaces, workspaceArmId } from '../query-workspaces.ts'

/**
 * What Azure Resource Manager lists of subscriptions, workspaces and saved searches: members as their reference pages on
 * learn.microsoft.com (rest/api/resources, rest/api/loganalytics) show them, which the contract does not cover.
 */
const { subscription: SUBSCRIPTION, group: GROUP, provider: PROVIDER } = ARM

/** Days that Log Analytics keeps logs without charge in a workspace with Sentinel. */
const RETENTION = 90

/** `GET /subscriptions`: the one that there is. */
export const subscriptions: Operation = armList(/^\/subscriptions$/i, ({ settings }) => [
  {
    id: `/subscriptions/${SUBSCRIPTION}`,
    subscriptionId: SUBSCRIPTION,
    tenantId: settings.identity.tenantId,
    displayName: 'hunt emulator',
    state: 'Enabled',
  },
])

/** `GET …/workspaces` of a subscription. */
export const workspaceList: Operation = armList(
  /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.OperationalInsights\/workspaces$/i,
  (state, { captured: [subscription = ''] }) => {
    checkSubscription(subscription)
    return [...servedWorkspaces(state)].map(workspaceOf)
  },
)

/** `GET` of one workspace. */
export const workspaceResource: Operation = armGet(
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.OperationalInsights\/workspaces\/([^/]+)$/i,
  (state, { captured: [subscription = '', group = '', workspace = ''] }) => {
    checkWorkspace(state, subscription, group, workspace)
    return [...servedWorkspaces(state)]
      .map(workspaceOf)
      .find(({ name }) => name.toLowerCase() === workspace.toLowerCase())
  },
)

function workspaceOf([customerId, name]: readonly [customerId: string, name: string]) {
  return {
    id: workspaceArmId(name),
    name,
    type: `${PROVIDER}/workspaces`,
    location: 'westeurope',
    properties: { customerId, provisioningState: 'Succeeded', retentionInDays: RETENTION },
  }
}

/** `GET …/savedSearches` of a workspace: the functions of the data folder. */
export const savedSearches: Operation = armList(
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.OperationalInsights\/workspaces\/([^/]+)\/savedSearches$/i,
  (state, { captured: [subscription = '', group = '', workspace = ''] }) => {
    checkWorkspace(state, subscription, group, workspace)
    return [...state.settings.functions.values()].map(({ name, parameters, body }) => ({
      id: `${workspaceArmId(workspace)}/savedSearches/${name}`,
      name,
      type: `${PROVIDER}/savedSearches`,
      properties: {
        category: 'Function',
        displayName: name,
        functionAlias: name,
        functionParameters: parameters,
        query: body,
        version: 2,
      },
    }))
  },
)

/** `GET …/tables` of a workspace: how each keeps its logs (rest/api/loganalytics/tables/list-by-workspace). */
export const tableList: Operation = armList(
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.OperationalInsights\/workspaces\/([^/]+)\/tables$/i,
  (state, { captured: [subscription = '', group = '', workspace = ''] }) => {
    checkWorkspace(state, subscription, group, workspace)
    return [...state.settings.tables].map(([name, { plan, retentionInDays, totalRetentionInDays }]) => {
      const kept = retentionInDays ?? RETENTION
      const total = totalRetentionInDays ?? kept
      return {
        id: `${workspaceArmId(workspace)}/tables/${name}`,
        name,
        properties: {
          plan,
          retentionInDays: kept,
          retentionInDaysAsDefault: retentionInDays === undefined,
          totalRetentionInDays: total,
          totalRetentionInDaysAsDefault: totalRetentionInDays === undefined,
          archiveRetentionInDays: total - kept,
          provisioningState: 'Succeeded',
          schema: { name },
        },
      }
    })
  },
)

function armList(path: RegExp, list: (state: EmulatorState, call: Call) => readonly unknown[]): Operation {
  return armGet(path, (state, call) => ({ value: list(state, call) }))
}

function armGet(path: RegExp, get: (state: EmulatorState, call: Call) => unknown): Operation {
  return {
    methods: ['GET'],
    path,
    ofService: true,
    family: 'arm',
    limitedBy: 'resource-manager',
    async handle(call, state) {
      await authenticateArm(call, state)
      checkApiVersion(call.url.searchParams)
      return json(get(state, call))
    },
  }
}

function checkWorkspace(state: EmulatorState, subscription: string, group: string, workspace: string): void {
  checkSubscription(subscription)
  const names = [...servedWorkspaces(state).values()].map((name) => name.toLowerCase())
  if (group.toLowerCase() !== GROUP || !names.includes(workspace.toLowerCase())) throw notFound('workspace')
}

function checkSubscription(id: string): void {
  if (id.toLowerCase() !== SUBSCRIPTION) throw notFound('subscription')
}
