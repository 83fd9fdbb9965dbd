import type { HttpAnswer, HttpClient } from '../http/http-client.ts'
import { parseJson } from '../http/json.ts'
import { azureRefusal } from '../azure/role-error.ts'

/** Roles of `shared/reference/azure-contract.md` D7. */
export type SentinelRole = 'Microsoft Sentinel Responder' | 'Microsoft Sentinel Contributor'

/** The calls of Microsoft.SecurityInsights that the sink makes (contract D1). */
export interface ArmClient {
  /** Undefined where there is no such resource. Rejects with DeliveryError. */
  get(path: string, signal: AbortSignal): Promise<unknown>
  /** The answer, whatever it is. */
  put(path: string, body: object, signal: AbortSignal): Promise<HttpAnswer>
  /** Writes and rejects with DeliveryError when that fails. */
  write(path: string, body: object, role: SentinelRole, signal: AbortSignal): Promise<unknown>
  refusal(answer: HttpAnswer, role: SentinelRole): Error
}

export interface ArmClientOptions {
  readonly client: HttpClient
  /** `https://management.azure.com`, without a slash at its end. */
  readonly endpoint: string
  /** ARM id of the workspace. */
  readonly workspace: string
  readonly apiVersion: string
  /** Entity mappings of bookmarks exist only in previews (D1). */
  readonly bookmarkApiVersion: string
}

export function createArmClient(options: ArmClientOptions): ArmClient {
  const { client, endpoint, workspace, apiVersion, bookmarkApiVersion } = options
  const resourceGroup = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(workspace)?.[0] ?? workspace
  const addressOf = (path: string): string => {
    const version = path.startsWith('bookmarks/') ? bookmarkApiVersion : apiVersion
    return `${endpoint}${workspace}/providers/Microsoft.SecurityInsights/${path}?api-version=${version}`
  }
  const refusalOf = (answer: HttpAnswer, role: SentinelRole): Error =>
    azureRefusal(answer, client, role, `the resource group ${resourceGroup}`)
  const put: ArmClient['put'] = (path, body, signal) => {
    const headers = { 'Content-Type': 'application/json' }
    return client.send({ method: 'PUT', url: addressOf(path), headers, body: JSON.stringify(body) }, signal)
  }
  return {
    put,
    refusal: refusalOf,
    async get(path, signal) {
      const answer = await client.send({ method: 'GET', url: addressOf(path) }, signal)
      if (answer.status === 404) return undefined
      if (answer.status !== 200) throw refusalOf(answer, 'Microsoft Sentinel Responder')
      return parseJson(answer.text)
    },
    async write(path, body, role, signal) {
      const answer = await put(path, body, signal)
      if (answer.status !== 200 && answer.status !== 201) throw refusalOf(answer, role)
      return parseJson(answer.text)
    },
  }
}
