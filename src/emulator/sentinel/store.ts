import type { Clock } from '../../domain/time.ts'
import { formatInstant } from '../../time/instant.ts'

/** A resource of Microsoft.SecurityInsights as it is kept: what a client wrote, and what the service adds. */
export interface Resource {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly etag: string
  readonly properties: Readonly<Record<string, unknown>>
}

export interface Incident extends Resource {
  readonly number: number
  readonly createdTimeUtc: string
  readonly lastModifiedTimeUtc: string
  readonly comments: ReadonlyMap<string, Resource>
  readonly relations: ReadonlyMap<string, Resource>
  readonly tasks: ReadonlyMap<string, Resource>
}

/** What is kept below an incident, by its segment in the address. */
export type IncidentPart = 'comments' | 'relations' | 'tasks'

/** What one Sentinel workspace holds; ids compare without regard to case, as in ARM. */
export interface SentinelWorkspace {
  incident(id: string): Incident | undefined
  incidents(): readonly Incident[]
  /** Writes an incident anew, with another etag; returns whether it is new. */
  putIncident(resource: Omit<Resource, 'etag'>): { readonly incident: Incident; readonly isNew: boolean }
  deleteIncident(id: string): boolean
  /** Writes below an incident, which changes the incident's own etag (contract D3). */
  putPart(id: string, part: IncidentPart, resource: Omit<Resource, 'etag'>): PutResult
  deletePart(id: string, part: IncidentPart, name: string): boolean
  bookmark(id: string): Resource | undefined
  bookmarks(): readonly Resource[]
  putBookmark(resource: Omit<Resource, 'etag'>): PutResult
  deleteBookmark(id: string): boolean
  /** Alerts that exist, as lower-case names: the API makes none (contract D4), so somebody has to say which there are. */
  alerts(): ReadonlySet<string>
  addAlert(name: string): void
}

export interface PutResult {
  readonly resource: Resource
  readonly isNew: boolean
}

export interface SentinelStore {
  /** By the workspace's ARM id. */
  workspace(armId: string): SentinelWorkspace
}

export function createSentinelStore(clock: Clock, newId: () => string): SentinelStore {
  const workspaces = new Map<string, SentinelWorkspace>()
  return {
    workspace(armId) {
      const key = armId.toLowerCase()
      const found = workspaces.get(key) ?? createWorkspace(clock, () => `"${newId()}"`)
      workspaces.set(key, found)
      return found
    },
  }
}

function createWorkspace(clock: Clock, newEtag: () => string): SentinelWorkspace {
  const incidents = new Map<string, Incident>()
  const bookmarks = new Map<string, Resource>()
  const alerts = new Set<string>()
  const now = (): string => formatInstant(clock.now())
  const touch = (incident: Incident, changes: Partial<Incident>): void => {
    const changed = { ...incident, ...changes, etag: newEtag(), lastModifiedTimeUtc: now() }
    incidents.set(incident.name.toLowerCase(), changed)
  }
  return {
    incident: (id) => incidents.get(id.toLowerCase()),
    incidents: () => [...incidents.values()],
    putIncident(resource) {
      const key = resource.name.toLowerCase()
      const old = incidents.get(key)
      const incident: Incident = {
        number: incidents.size + 1,
        createdTimeUtc: now(),
        comments: new Map(),
        relations: new Map(),
        tasks: new Map(),
        ...old,
        ...resource,
        etag: newEtag(),
        lastModifiedTimeUtc: now(),
      }
      incidents.set(key, incident)
      return { incident, isNew: old === undefined }
    },
    deleteIncident: (id) => incidents.delete(id.toLowerCase()),
    putPart(id, part, resource) {
      const incident = incidents.get(id.toLowerCase())
      if (incident === undefined) throw new Error(`no incident ${id}`)
      const parts = new Map(incident[part])
      const isNew = !parts.has(resource.name.toLowerCase())
      const written = { ...resource, etag: newEtag() }
      parts.set(resource.name.toLowerCase(), written)
      touch(incident, { [part]: parts })
      return { resource: written, isNew }
    },
    deletePart(id, part, name) {
      const incident = incidents.get(id.toLowerCase())
      const parts = new Map(incident?.[part])
      if (incident === undefined || !parts.delete(name.toLowerCase())) return false
      touch(incident, { [part]: parts })
      return true
    },
    bookmark: (id) => bookmarks.get(id.toLowerCase()),
    bookmarks: () => [...bookmarks.values()],
    putBookmark(resource) {
      const key = resource.name.toLowerCase()
      const isNew = !bookmarks.has(key)
      const written = { ...resource, etag: newEtag() }
      bookmarks.set(key, written)
      return { resource: written, isNew }
    },
    deleteBookmark: (id) => bookmarks.delete(id.toLowerCase()),
    alerts: () => alerts,
    addAlert: (name) => void alerts.add(name.toLowerCase()),
  }
}
