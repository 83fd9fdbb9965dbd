import { armOperation, bodyOf, checkMembers, created, isObject, neededText, oneOf } from '../../sentinel/arm-call.ts'
import type { ArmCall } from '../../sentinel/arm-call.ts'
import { badRequest, conflict, noId, notFound } from '../../sentinel/arm-errors.ts'
import { entitiesOf } from '../../sentinel/bookmark-entities.ts'
import { ALERT, relatedNames } from '../../sentinel/related.ts'
import type { Incident } from '../../sentinel/store.ts'
import { empty, json } from '../../reply.ts'
import type { Reply } from '../../reply.ts'

/** `shared/reference/azure-contract.md` D2; the second line is read-only there, and sent back by clients that read first. */
const MEMBERS = [
  ...['title', 'severity', 'status', 'description', 'labels', 'owner', 'firstActivityTimeUtc', 'lastActivityTimeUtc'],
  ...['classification', 'classificationReason', 'classificationComment'],
  ...['incidentNumber', 'incidentUrl', 'createdTimeUtc', 'lastModifiedTimeUtc', 'providerName', 'providerIncidentId'],
  ...['relatedAnalyticRuleIds', 'additionalData', 'teamInformation'],
]
const READ_ONLY = MEMBERS.slice(11)

const OWNER = ['objectId', 'email', 'assignedTo', 'userPrincipalName', 'ownerType']

const SEVERITIES = ['High', 'Medium', 'Low', 'Informational']
const STATUSES = ['New', 'Active', 'Closed']
const CLASSIFICATIONS = ['Undetermined', 'TruePositive', 'BenignPositive', 'FalsePositive']
const REASONS = ['SuspiciousActivity', 'SuspiciousButExpected', 'IncorrectAlertLogic', 'InaccurateData']

/** D1: `PUT`, `GET` and `DELETE /incidents/{id}`. */
export const incident = armOperation({
  methods: ['PUT', 'GET', 'DELETE'],
  path: '/incidents/([^/]+)',
  action: (method) => `incidents/${{ PUT: 'write', GET: 'read' }[method] ?? 'delete'}`,
  handle(call) {
    const id = call.names[0] ?? ''
    if (call.method === 'PUT') return put(call, id)
    if (call.method === 'DELETE') return empty(call.workspace.deleteIncident(id) ? 200 : 204)
    const found = call.workspace.incident(id)
    if (found === undefined) throw notFound('incident')
    return json(incidentOf(found))
  },
})

/** D1: `GET /incidents`, pages of at most 1000; D3: a `PUT` without an id is a 405. */
export const incidentList = armOperation({
  methods: ['GET', 'PUT'],
  path: '/incidents',
  action: (method) => `incidents/${method === 'PUT' ? 'write' : 'read'}`,
  handle(call) {
    if (call.method === 'PUT') throw noId()
    const { workspace, parameters } = call
    const chosen = ordered(
      workspace.incidents().filter(filterOf(parameters.get('$filter'))),
      parameters.get('$orderby'),
    )
    return page(chosen.map(incidentOf), call)
  },
})

/** D1: lists by `POST` with an empty body. An incident that an API made has no entities of its own (D4, H10). */
export const incidentParts = armOperation({
  methods: ['POST'],
  path: '/incidents/([^/]+)/(alerts|bookmarks|entities)',
  action: (_method) => 'incidents/read',
  handle({ workspace, scope, bookmarkEntities, names: [id = '', part = ''] }) {
    const found = workspace.incident(id)
    if (found === undefined) throw notFound('incident')
    const bookmarks = relatedNames(found, '').flatMap((name) => workspace.bookmark(name) ?? [])
    if (part.toLowerCase() === 'entities') return json(entitiesOf(scope, bookmarkEntities ? bookmarks : []))
    if (part.toLowerCase() === 'bookmarks') return json({ value: bookmarks })
    return json({ value: relatedNames(found, ALERT).map((name) => alertOf(scope, name)) })
  },
})

function alertOf(scope: string, name: string): unknown {
  return {
    id: `${scope}/Entities/${name}`,
    name,
    type: 'Microsoft.SecurityInsights/Entities',
    kind: ALERT,
    properties: { systemAlertId: name },
  }
}

function put(call: ArmCall, id: string): Reply {
  const { properties, etag } = bodyOf(call, MEMBERS)
  check(properties, call)
  const old = call.workspace.incident(id)
  // D3: without an etag, or with an old one, nothing is saved.
  if (old !== undefined && etag !== old.etag) throw conflict()
  const writable = Object.fromEntries(Object.entries(properties).filter(([name]) => !READ_ONLY.includes(name)))
  const { incident: written, isNew } = call.workspace.putIncident({
    id: `${call.scope}/Incidents/${id}`,
    name: id,
    type: 'Microsoft.SecurityInsights/Incidents',
    properties: { ...writable, labels: labelsOf(properties['labels']) },
  })
  return created(isNew, incidentOf(written))
}

function check(properties: Readonly<Record<string, unknown>>, { strict }: ArmCall): void {
  neededText(properties, 'title', 1000)
  neededText(properties, 'severity', 20)
  neededText(properties, 'status', 20)
  oneOf(properties, 'severity', SEVERITIES)
  oneOf(properties, 'status', STATUSES)
  if (properties['classification'] !== undefined) oneOf(properties, 'classification', CLASSIFICATIONS)
  if (properties['classificationReason'] !== undefined) oneOf(properties, 'classificationReason', REASONS)
  const { description, owner } = properties
  if (description !== undefined && (typeof description !== 'string' || description.length > 5000)) {
    throw badRequest('description has more than 5000 characters, or is no string')
  }
  if (owner !== undefined && owner !== null && !isObject(owner)) throw badRequest('owner is no object')
  if (strict && isObject(owner)) checkMembers(owner, OWNER, 'member of owner')
  for (const name of ['firstActivityTimeUtc', 'lastActivityTimeUtc']) {
    const time = properties[name]
    if (time !== undefined && (typeof time !== 'string' || Number.isNaN(Date.parse(time))))
      throw badRequest(`${name} is no time`)
  }
}

function labelsOf(labels: unknown): readonly unknown[] {
  if (labels === undefined || labels === null) return []
  if (!Array.isArray(labels)) throw badRequest('labels is no list')
  return labels.map((label) => {
    const name: unknown = isObject(label) ? label['labelName'] : undefined
    if (typeof name !== 'string' || name === '') throw badRequest('a label has no labelName')
    return { labelName: name, labelType: 'User' }
  })
}

/** D2: what the service adds. */
export function incidentOf(incident: Incident): unknown {
  const { id, name, type, etag, properties, ...rest } = incident
  return {
    id,
    name,
    type,
    etag,
    properties: {
      ...properties,
      incidentNumber: rest.number,
      incidentUrl: `https://portal.azure.com/#asset/Microsoft_Azure_Security_Insights/Incident${id}`,
      createdTimeUtc: rest.createdTimeUtc,
      lastModifiedTimeUtc: rest.lastModifiedTimeUtc,
      providerName: 'Azure Sentinel',
      providerIncidentId: String(rest.number),
      relatedAnalyticRuleIds: [],
      additionalData: {
        alertsCount: relatedNames(incident, ALERT).length,
        bookmarksCount: relatedNames(incident, '').length,
        commentsCount: rest.comments.size,
        alertProductNames: [],
        tactics: [],
        techniques: [],
      },
    },
  }
}

/** `properties/severity eq 'High'`, joined by `and`; anything else is more than the emulator knows. */
function filterOf(filter: string | null): (incident: Incident) => boolean {
  if (filter === null || filter.trim() === '') return () => true
  const terms = filter.split(/ and /i).map((term) => {
    const [, name, value] = /^\s*properties\/(\w+) eq '([^']*)'\s*$/i.exec(term) ?? []
    if (name === undefined || value === undefined)
      throw badRequest(`The emulator does not know the filter '${term.trim()}'`)
    return [name, value] as const
  })
  return ({ properties }) => terms.every(([name, value]) => properties[name] === value)
}

function ordered(incidents: readonly Incident[], order: string | null): readonly Incident[] {
  if (order === null || order.trim() === '') return incidents
  const [, name = '', direction = 'asc'] = /^properties\/(\w+)(?: (asc|desc))?$/i.exec(order.trim()) ?? []
  if (name === '') throw badRequest(`The emulator does not know the order '${order}'`)
  const keyOf = (incident: Incident): string =>
    String(
      {
        ...incident.properties,
        createdTimeUtc: incident.createdTimeUtc,
        lastModifiedTimeUtc: incident.lastModifiedTimeUtc,
      }[name] ?? '',
    )
  const sign = direction.toLowerCase() === 'desc' ? -1 : 1
  return [...incidents].sort(
    (a, b) => sign * (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : a.number - b.number),
  )
}

/** `$top` at most 1000 (D1), and the address of the next page. */
export function page(values: readonly unknown[], { parameters, address }: ArmCall): Reply {
  const top = Number(parameters.get('$top') ?? 50)
  if (!Number.isInteger(top) || top < 1 || top > 1000) throw badRequest('$top is not a whole number from 1 to 1000')
  const start = Number(parameters.get('$skipToken') ?? 0)
  if (!Number.isInteger(start) || start < 0) throw badRequest('$skipToken is none of a nextLink')
  const next = new URLSearchParams(parameters)
  next.set('$skipToken', String(start + top))
  const more = start + top < values.length ? { nextLink: `${address}?${next.toString()}` } : {}
  return json({ value: values.slice(start, start + top), ...more })
}
