import { bodyOf, created, neededText, oneOf } from '../../sentinel/arm-call.ts'
import type { ArmCall } from '../../sentinel/arm-call.ts'
import { badRequest, conflict } from '../../sentinel/arm-errors.ts'
import type { Incident, Resource } from '../../sentinel/store.ts'
import type { Reply } from '../../reply.ts'
import { partListOperation, partOperation } from './incident-parts.ts'
import type { IncidentParts } from './incident-parts.ts'

/** Of the specification that the contract names (D1); the second line is read-only, and sent back by clients that read first. */
const MEMBERS = [
  ...['title', 'description', 'status'],
  ...['createdTimeUtc', 'lastModifiedTimeUtc', 'createdBy', 'lastModifiedBy'],
]
const STATUSES = ['New', 'Completed']
/** `shared/reference/azure-contract.md` D5. */
const MOST_TASKS = 40

const TASKS: IncidentParts = { collection: 'tasks', what: 'task', put }
export const task = partOperation(TASKS)
export const taskList = partListOperation(TASKS)

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
