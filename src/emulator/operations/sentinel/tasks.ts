import { armOperation, bodyOf, created, neededText, oneOf } from '../../sentinel/arm-call.ts'
import type { ArmCall } from '../../sentinel/arm-call.ts'
import { badRequest, conflict, notFound } from '../../sentinel/arm-errors.ts'
import type { Incident, Resource } from '../../sentinel/store.ts'
import { empty, json } from '../../reply.ts'
import type { Reply } from '../../reply.ts'
import { page } from './incidents.ts'

/** Of the specification that the contract names (D1); the second line is read-only, and sent back by clients that read first. */
const MEMBERS = [
  ...['title', 'description', 'status'],
  ...['createdTimeUtc', 'lastModifiedTimeUtc', 'createdBy', 'lastModifiedBy'],
]
const STATUSES = ['New', 'Completed']
/** `shared/reference/azure-contract.md` D5. */
const MOST_TASKS = 40

/** `shared/reference/azure-contract.md` D1: `PUT`, `GET` and `DELETE /incidents/{id}/tasks/{taskId}`. */
export const task = armOperation({
  methods: ['PUT', 'GET', 'DELETE'],
  path: '/incidents/([^/]+)/tasks/([^/]+)',
  action: (method) => `incidents/tasks/${{ PUT: 'write', GET: 'read' }[method] ?? 'delete'}`,
  handle(call) {
    const [id = '', name = ''] = call.names
    const incident = call.workspace.incident(id)
    if (incident === undefined) throw notFound('incident')
    const found = incident.tasks.get(name.toLowerCase())
    if (call.method === 'DELETE') return empty(call.workspace.deletePart(id, 'tasks', name) ? 200 : 204)
    if (call.method === 'PUT') return put(call, incident, name, found)
    if (found === undefined) throw notFound('task')
    return json(found)
  },
})

/** `GET /incidents/{id}/tasks`. */
export const taskList = armOperation({
  methods: ['GET'],
  path: '/incidents/([^/]+)/tasks',
  action: () => 'incidents/tasks/read',
  handle(call) {
    const incident = call.workspace.incident(call.names[0] ?? '')
    if (incident === undefined) throw notFound('incident')
    return page([...incident.tasks.values()], call)
  },
})

function put(call: ArmCall, incident: Incident, name: string, found: Resource | undefined): Reply {
  const { properties, etag } = bodyOf(call, MEMBERS)
  neededText(properties, 'title', 1000)
  oneOf(properties, 'status', STATUSES)
  const { title, status, description } = properties
  if (description !== undefined && typeof description !== 'string') throw badRequest('description is no string')
  if (found !== undefined && etag !== undefined && etag !== found.etag) throw conflict()
  if (found === undefined && incident.tasks.size >= MOST_TASKS) {
    throw badRequest(`The incident has ${MOST_TASKS} tasks`)
  }
  const { resource, isNew } = call.workspace.putPart(incident.name, 'tasks', {
    id: `${incident.id}/Tasks/${name}`,
    name,
    type: 'Microsoft.SecurityInsights/Incidents/Tasks',
    properties: {
      title,
      status,
      ...(description === undefined ? {} : { description }),
      createdTimeUtc: found?.properties['createdTimeUtc'] ?? call.time,
      lastModifiedTimeUtc: call.time,
      createdBy: AUTHOR,
      lastModifiedBy: AUTHOR,
    },
  })
  return created(isNew, resource)
}

const AUTHOR = { name: 'hunt emulator' }
