import { armOperation, bodyOf, created, neededText } from '../../sentinel/arm-call.ts'
import type { ArmCall } from '../../sentinel/arm-call.ts'
import { badRequest, notFound } from '../../sentinel/arm-errors.ts'
import type { Incident, Resource } from '../../sentinel/store.ts'
import { empty, json } from '../../reply.ts'
import type { Reply } from '../../reply.ts'
import { ALERT, relatedNames } from '../../sentinel/related.ts'
import { page } from './incidents.ts'

/** `shared/reference/azure-contract.md` D1, D4, D8: the related resource must exist; 150 alerts and 20 bookmarks an incident (D5). */
export const relation = armOperation({
  methods: ['PUT', 'GET', 'DELETE'],
  path: '/incidents/([^/]+)/relations/([^/]+)',
  action: (method) => `incidents/relations/${{ PUT: 'write', GET: 'read' }[method] ?? 'delete'}`,
  handle(call) {
    const [id = '', name = ''] = call.names
    const incident = call.workspace.incident(id)
    if (incident === undefined) throw notFound('incident')
    const found = incident.relations.get(name.toLowerCase())
    if (call.method === 'DELETE') return empty(call.workspace.deletePart(id, 'relations', name) ? 200 : 204)
    if (call.method === 'PUT') return put(call, incident, name, found)
    if (found === undefined) throw notFound('relation')
    return json(found)
  },
})

/** D1: `GET /incidents/{id}/relations`. */
export const relationList = armOperation({
  methods: ['GET'],
  path: '/incidents/([^/]+)/relations',
  action: () => 'incidents/relations/read',
  handle(call) {
    const incident = call.workspace.incident(call.names[0] ?? '')
    if (incident === undefined) throw notFound('incident')
    return page([...incident.relations.values()], call)
  },
})

function put(call: ArmCall, incident: Incident, name: string, found: Resource | undefined): Reply {
  const { properties } = bodyOf(call, [
    'relatedResourceId',
    'relatedResourceName',
    'relatedResourceType',
    'relatedResourceKind',
  ])
  neededText(properties, 'relatedResourceId', 2000)
  const related = relatedOf(String(properties['relatedResourceId']), call)
  if (found === undefined) checkRoom(incident, related)
  const { resource, isNew } = call.workspace.putPart(incident.name, 'relations', {
    id: `${incident.id}/relations/${name}`,
    name,
    type: 'Microsoft.SecurityInsights/Incidents/relations',
    properties: related,
  })
  return created(isNew, resource)
}

interface Related extends Readonly<Record<string, unknown>> {
  readonly relatedResourceId: string
  readonly relatedResourceName: string
  readonly relatedResourceType: string
  readonly relatedResourceKind: string
}

/** Types and kinds as recorded answers have them; an alert is an entity. */
function relatedOf(id: string, { scope, workspace }: ArmCall): Related {
  const [, collection = '', name = ''] = /\/(bookmarks|entities)\/([^/]+)$/i.exec(id) ?? []
  const isAlert = collection.toLowerCase() === 'entities'
  const exists = isAlert ? workspace.alerts().has(name.toLowerCase()) : workspace.bookmark(name) !== undefined
  if (!id.toLowerCase().startsWith(`${scope.toLowerCase()}/`) || !exists) throw notFound('related resource')
  return {
    relatedResourceId: id,
    relatedResourceName: name,
    relatedResourceType: `Microsoft.SecurityInsights/${isAlert ? 'entities' : 'bookmarks'}`,
    relatedResourceKind: isAlert ? ALERT : '',
  }
}

function checkRoom(incident: Incident, { relatedResourceKind: kind }: Related): void {
  const [most, what] = kind === ALERT ? [150, 'alerts'] : [20, 'bookmarks']
  if (relatedNames(incident, kind).length >= most) throw badRequest(`The incident has ${most} ${what}`)
}
