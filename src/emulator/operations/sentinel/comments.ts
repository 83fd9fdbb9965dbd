import { bodyOf, created, neededText } from '../../sentinel/arm-call.ts'
import type { ArmCall } from '../../sentinel/arm-call.ts'
import { badRequest } from '../../sentinel/arm-errors.ts'
import type { Incident, Resource } from '../../sentinel/store.ts'
import type { Reply } from '../../reply.ts'
import { partListOperation, partOperation } from './incident-parts.ts'
import type { IncidentParts } from './incident-parts.ts'

/** `shared/reference/azure-contract.md` D1 and D5: 100 comments of 30,000 characters; each changes the incident's etag (D3). */
const COMMENTS: IncidentParts = { collection: 'comments', what: 'comment', put }
export const comment = partOperation(COMMENTS)
export const commentList = partListOperation(COMMENTS)

function put(call: ArmCall, incident: Incident, name: string, found: Resource | undefined): Reply {
  const { properties } = bodyOf(call, ['message', 'createdTimeUtc', 'lastModifiedTimeUtc', 'author'])
  neededText(properties, 'message', 30_000)
  if (found === undefined && incident.comments.size >= 100) throw badRequest('The incident has 100 comments')
  const { resource, isNew } = call.workspace.putPart(incident.name, 'comments', {
    id: `${incident.id}/Comments/${name}`,
    name,
    type: 'Microsoft.SecurityInsights/Incidents/Comments',
    properties: {
      message: properties['message'],
      createdTimeUtc: found?.properties['createdTimeUtc'] ?? call.time,
      lastModifiedTimeUtc: call.time,
      author: { name: 'hunt emulator' },
    },
  })
  return created(isNew, resource)
}
