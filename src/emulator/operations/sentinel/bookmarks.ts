import { armOperation, bodyOf, created, isObject, neededText } from '../../sentinel/arm-call.ts'
import type { ArmCall } from '../../sentinel/arm-call.ts'
import { badRequest, conflict, notFound } from '../../sentinel/arm-errors.ts'
import { empty, json } from '../../reply.ts'
import type { Reply } from '../../reply.ts'
import { page } from './incidents.ts'

/** `shared/reference/azure-contract.md` D4. */
const STABLE = [
  ...['displayName', 'query', 'notes', 'labels', 'queryResult', 'eventTime', 'queryStartTime', 'queryEndTime'],
  ...['created', 'updated', 'createdBy', 'updatedBy', 'incidentInfo'],
]
/** Only in preview versions (D1). */
const PREVIEW = ['entityMappings', 'tactics', 'techniques']

/** D1: `PUT`, `GET` and `DELETE /bookmarks/{id}`. */
export const bookmark = armOperation({
  methods: ['PUT', 'GET', 'DELETE'],
  path: '/bookmarks/([^/]+)',
  action: (method) => `bookmarks/${{ PUT: 'write', GET: 'read' }[method] ?? 'delete'}`,
  handle(call) {
    const id = call.names[0] ?? ''
    if (call.method === 'PUT') return put(call, id)
    if (call.method === 'DELETE') return empty(call.workspace.deleteBookmark(id) ? 200 : 204)
    const found = call.workspace.bookmark(id)
    if (found === undefined) throw notFound('bookmark')
    return json(found)
  },
})

/** D1: `GET /bookmarks`. */
export const bookmarkList = armOperation({
  methods: ['GET'],
  path: '/bookmarks',
  action: () => 'bookmarks/read',
  handle: (call) => page(call.workspace.bookmarks(), call),
})

function put(call: ArmCall, id: string): Reply {
  // D8: what a stable version does not define is dropped; strictly, it is a 400 (bodyOf says so).
  const { properties, etag } = bodyOf(call, call.isPreview ? [...STABLE, ...PREVIEW] : STABLE)
  neededText(properties, 'displayName', 1000)
  neededText(properties, 'query', 100_000)
  for (const name of ['queryResult', 'notes']) {
    if (properties[name] !== undefined && typeof properties[name] !== 'string') throw badRequest(`${name} is no string`)
  }
  const labels = properties['labels']
  if (labels !== undefined && !(Array.isArray(labels) && labels.every((label) => typeof label === 'string'))) {
    throw badRequest('labels of a bookmark are plain strings')
  }
  checkEntities(properties['entityMappings'])
  const old = call.workspace.bookmark(id)
  if (old !== undefined && etag !== undefined && etag !== old.etag) throw conflict()
  const known = Object.entries(properties).filter(([name]) => call.isPreview || !PREVIEW.includes(name))
  const { resource, isNew } = call.workspace.putBookmark({
    id: `${call.scope}/bookmarks/${id}`,
    name: id,
    type: 'Microsoft.SecurityInsights/bookmarks',
    properties: Object.fromEntries(known),
  })
  return created(isNew, resource)
}

/** D4: `value`, not `columnName`. */
function checkEntities(mappings: unknown): void {
  if (mappings === undefined) return
  if (!Array.isArray(mappings)) throw badRequest('entityMappings is no list')
  for (const mapping of mappings as unknown[]) {
    const fields: unknown = isObject(mapping) ? mapping['fieldMappings'] : undefined
    if (!isObject(mapping) || typeof mapping['entityType'] !== 'string' || !Array.isArray(fields)) {
      throw badRequest('an entity mapping has no entityType or no fieldMappings')
    }
    const isField = (field: unknown): boolean =>
      isObject(field) && typeof field['identifier'] === 'string' && typeof field['value'] === 'string'
    if (!fields.every(isField)) throw badRequest('a field mapping needs identifier and value')
  }
}
