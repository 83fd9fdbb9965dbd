import { armOperation, bodyOf, created, neededText } from '../../sentinel/arm-call.ts'
import { badRequest, notFound } from '../../sentinel/arm-errors.ts'
import { empty, json } from '../../reply.ts'
import { page } from './incidents.ts'

/** `shared/reference/azure-contract.md` D1 and D5: 100 comments of 30,000 characters; each changes the incident's etag (D3). */
export const comment = armOperation({
  methods: ['PUT', 'GET', 'DELETE'],
  path: '/incidents/([^/]+)/comments/([^/]+)',
  action: (method) => `incidents/comments/${{ PUT: 'write', GET: 'read' }[method] ?? 'delete'}`,
  handle(call) {
    const [id = '', name = ''] = call.names
    const incident = call.workspace.incident(id)
    if (incident === undefined) throw notFound('incident')
    const found = incident.comments.get(name.toLowerCase())
    if (call.method === 'DELETE') return empty(call.workspace.deletePart(id, 'comments', name) ? 200 : 204)
    if (call.method === 'GET') {
      if (found === undefined) throw notFound('comment')
      return json(found)
    }
    const { properties } = bodyOf(call, ['message', 'createdTimeUtc', 'lastModifiedTimeUtc', 'author'])
    neededText(properties, 'message', 30_000)
    if (found === undefined && incident.comments.size >= 100) throw badRequest('The incident has 100 comments')
    const { resource, isNew } = call.workspace.putPart(id, 'comments', {
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
  },
})

/** D1: `GET /incidents/{id}/comments`. */
export const commentList = armOperation({
  methods: ['GET'],
  path: '/incidents/([^/]+)/comments',
  action: () => 'incidents/comments/read',
  handle(call) {
    const incident = call.workspace.incident(call.names[0] ?? '')
    if (incident === undefined) throw notFound('incident')
    return page([...incident.comments.values()], call)
  },
})
