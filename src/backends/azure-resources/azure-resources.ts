import { BackendError } from '../../domain/errors.ts'
import type { FunctionSchema } from '../../domain/schema.ts'
import type { Duration } from '../../domain/time.ts'
import type { ServiceClient } from '../../azure/index.ts'
import { days } from '../../time/duration.ts'

/** A Log Analytics workspace that the identity can see. */
export interface WorkspaceResource {
  readonly resourceId: string
  readonly name: string
  /** What the Logs Query API calls it: a GUID, lower case. */
  readonly customerId: string
  readonly resourceGroup: string
  readonly subscriptionId: string
  readonly subscriptionName: string
  readonly location: string
  /** How far back it keeps logs; undefined when the service does not say. */
  readonly retention: Duration | undefined
}

/** How a table of a workspace keeps its logs. */
export interface TableRetention {
  readonly name: string
  /** `Analytics`, `Basic` or `Auxiliary`; undefined when the service does not say. */
  readonly plan: string | undefined
  /** How far back queries reach; undefined when the service does not say. */
  readonly kept: Duration | undefined
}

/** What Azure Resource Manager knows of workspaces. */
export interface AzureResources {
  /** Workspaces of every subscription that the identity can see, by name. Rejects with AuthError or BackendError. */
  workspaces(signal: AbortSignal): Promise<readonly WorkspaceResource[]>
  /** Functions saved in a workspace, by alias. */
  functions(resourceId: string, signal: AbortSignal): Promise<readonly FunctionSchema[]>
  tables(resourceId: string, signal: AbortSignal): Promise<readonly TableRetention[]>
}

/** Versions of the operations, as their reference pages name them; learn.microsoft.com/rest/api. */
const VERSIONS = {
  subscriptions: '2022-12-01',
  workspaces: '2023-09-01',
  tables: '2023-09-01',
  savedSearches: '2020-08-01',
} as const

/** Pages of one list; more is a list that goes round in circles. */
const MOST_PAGES = 1000

export function createAzureResources(client: ServiceClient, endpoint: string): AzureResources {
  const list = (path: string, signal: AbortSignal): Promise<readonly unknown[]> => pages(client, endpoint, path, signal)
  return {
    async workspaces(signal) {
      const subscriptions = await list(`/subscriptions?api-version=${VERSIONS.subscriptions}`, signal)
      const found: WorkspaceResource[] = []
      for (const subscription of subscriptions) {
        const id = text(subscription, 'subscriptionId')
        if (id === undefined || text(subscription, 'state') === 'Disabled') continue
        const provider = 'providers/Microsoft.OperationalInsights/workspaces'
        const path = `/subscriptions/${encodeURIComponent(id)}/${provider}?api-version=${VERSIONS.workspaces}`
        const name = text(subscription, 'displayName') ?? id
        for (const resource of await list(path, signal)) found.push(...workspaceOf(resource, { id, name }))
      }
      return found.sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0))
    },
    async functions(resourceId, signal) {
      const path = `${resourceId}/savedSearches?api-version=${VERSIONS.savedSearches}`
      return (await list(path, signal)).flatMap(functionOf)
    },
    async tables(resourceId, signal) {
      return (await list(`${resourceId}/tables?api-version=${VERSIONS.tables}`, signal)).flatMap(tableOf)
    },
  }
}

/** Every page of a list. `nextLink` is an address of the service; any other is refused, for the token goes along. */
async function pages(
  client: ServiceClient,
  endpoint: string,
  first: string,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const items: unknown[] = []
  let path: string | undefined = first
  for (let count = 0; path !== undefined; count += 1) {
    const { body } = await client.send({ method: 'GET', path }, signal)
    const value = member(body, 'value')
    if (!Array.isArray(value) || count >= MOST_PAGES) throw unexpected(endpoint, first)
    items.push(...(value as unknown[]))
    path = nextPath(member(body, 'nextLink'), endpoint, first)
  }
  return items
}

function nextPath(link: unknown, endpoint: string, first: string): string | undefined {
  if (typeof link !== 'string' || link === '') return undefined
  if (!URL.canParse(link)) throw unexpected(endpoint, first)
  const url = new URL(link)
  if (url.origin !== new URL(endpoint).origin) throw unexpected(endpoint, first)
  return `${url.pathname}${url.search}`
}

function unexpected(endpoint: string, path: string): BackendError {
  return new BackendError({
    code: 'backend/unreadable-answer',
    message: `${endpoint} answers ${path.replace(/\?.*$/, '')} with something else than a list of resources`,
    hint: 'check the endpoint and the proxy between',
  })
}

function workspaceOf(
  resource: unknown,
  subscription: { readonly id: string; readonly name: string },
): WorkspaceResource[] {
  const properties = member(resource, 'properties')
  const [resourceId, name, customerId] = [text(resource, 'id'), text(resource, 'name'), text(properties, 'customerId')]
  if (resourceId === undefined || name === undefined || customerId === undefined) return []
  return [
    {
      resourceId,
      name,
      customerId: customerId.toLowerCase(),
      resourceGroup: /\/resourcegroups\/([^/]+)/i.exec(resourceId)?.[1] ?? '',
      subscriptionId: subscription.id,
      subscriptionName: subscription.name,
      location: text(resource, 'location') ?? '',
      retention: daysIn(properties, 'retentionInDays'),
    },
  ]
}

/**
 * What lies beyond `retentionInDays`, up to `totalRetentionInDays`, is for search jobs: no query reaches it. Of the plan Auxiliary queries
 * reach all («Manage data retention in a Log Analytics workspace»).
 */
function tableOf(resource: unknown): TableRetention[] {
  const properties = member(resource, 'properties')
  const name = text(resource, 'name')
  if (name === undefined) return []
  const plan = text(properties, 'plan')
  const kept = daysIn(properties, 'retentionInDays')
  return [{ name, plan, kept: plan === 'Auxiliary' ? (daysIn(properties, 'totalRetentionInDays') ?? kept) : kept }]
}

function daysIn(value: unknown, name: string): Duration | undefined {
  const count = member(value, name)
  return typeof count === 'number' && count > 0 ? days(count) : undefined
}

/** A saved search is a function when it has an alias; the others are queries that somebody kept. */
function functionOf(resource: unknown): FunctionSchema[] {
  const properties = member(resource, 'properties')
  const [name, body] = [text(properties, 'functionAlias'), text(properties, 'query')]
  if (name === undefined || name === '' || body === undefined) return []
  return [{ name, parameters: text(properties, 'functionParameters') ?? '', body, columns: undefined }]
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

function text(value: unknown, name: string): string | undefined {
  const found = member(value, name)
  return typeof found === 'string' ? found : undefined
}
