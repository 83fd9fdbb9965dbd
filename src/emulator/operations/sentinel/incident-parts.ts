import { armOperation } from '../../sentinel/arm-call.ts'
import type { ArmCall } from '../../sentinel/arm-call.ts'
import { notFound } from '../../sentinel/arm-errors.ts'
import type { Incident, Resource } from '../../sentinel/store.ts'
import { empty, json } from '../../reply.ts'
import type { Reply } from '../../reply.ts'
import { page } from './incidents.ts'

/** What an incident has of one kind: each by its name, and the list of them. */
export interface IncidentParts {
  readonly collection: 'comments' | 'relations' | 'tasks'
  /** In the words of an error. */
  readonly what: string
  readonly put: (call: ArmCall, incident: Incident, name: string, found: Resource | undefined) => Reply
}

/** `shared/reference/azure-contract.md` D1: `PUT`, `GET` and `DELETE /incidents/{id}/{collection}/{name}`. */
export function partOperation({ collection, what, put }: IncidentParts): ReturnType<typeof armOperation> {
  return armOperation({
    methods: ['PUT', 'GET', 'DELETE'],
    path: `/incidents/([^/]+)/${collection}/([^/]+)`,
    action: (method) => `incidents/${collection}/${{ PUT: 'write', GET: 'read' }[method] ?? 'delete'}`,
    handle(call) {
      const [id = '', name = ''] = call.names
      const incident = call.workspace.incident(id)
      if (incident === undefined) throw notFound('incident')
      const found = incident[collection].get(name.toLowerCase())
      if (call.method === 'DELETE') return empty(call.workspace.deletePart(id, collection, name) ? 200 : 204)
      if (call.method === 'PUT') return put(call, incident, name, found)
      if (found === undefined) throw notFound(what)
      return json(found)
    },
  })
}

/** D1: `GET /incidents/{id}/{collection}`. */
export function partListOperation({ collection }: IncidentParts): ReturnType<typeof armOperation> {
  return armOperation({
    methods: ['GET'],
    path: `/incidents/([^/]+)/${collection}`,
    action: () => `incidents/${collection}/read`,
    handle(call) {
      const incident = call.workspace.incident(call.names[0] ?? '')
      if (incident === undefined) throw notFound('incident')
      return page([...incident[collection].values()], call)
    },
  })
}
