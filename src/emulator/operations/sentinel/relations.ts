import { bodyOf, created, neededText } from '../../sentinel/arm-call.ts'
import type { ArmCall } from '../../sentinel/arm-call.ts'
import { badRequest, notFound } from '../../sentinel/arm-errors.ts'
import type { Incident, Resource } from '../../sentinel/store.ts'
import type { Reply } from '../../reply.ts'
import { ALERT, relatedNames } from '../../sentinel/related.ts'
import { partListOperation, partOperation } from './incident-parts.ts'
import type { IncidentParts } from './incident-parts.ts'

/** `shared/reference/azure-contract.md` D1, D4, D8: the related resource must exist; 150 alerts and 20 bookmarks an incident (D5). */
const RELATIONS: IncidentParts = { collection: 'relations', what: 'relation', put }
export const relation = partOperation(RELATIONS)
export const relationList = partListOperation(RELATIONS)

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
