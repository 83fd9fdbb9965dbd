import type { Answer, Message } from '../../support/receiver.ts'

/** Small doubles of ticket systems: as much of their documented APIs as an incident needs, refusals included. */
export interface TicketSystem {
  readonly take: (message: Message) => Answer
  /** What its people see. */
  tickets(): readonly { readonly incident: string; readonly text: string }[]
}

interface Ticket {
  readonly id: string
  readonly incident: string
  readonly fields: Record<string, unknown>
}

const refuse = (why: string): Answer => ({ status: 400, body: { error: why } })

/** https://docs.strangebee.com/thehive/api-docs/ */
export function theHiveDouble(): TicketSystem {
  const tickets: Ticket[] = []
  return {
    take({ method, path, body }) {
      const json = JSON.parse(body) as Record<string, unknown>
      if (path === '/api/v1/query') {
        const wanted = /"sourceRef","_value":"([^"]+)"/.exec(body)?.[1]
        return { status: 200, body: tickets.filter(({ incident }) => incident === wanted).map(asHiveAlert) }
      }
      const patched = /^\/api\/v1\/alert\/(.+)$/.exec(path)?.[1]
      if (method === 'PATCH') {
        const ticket = tickets.find(({ id }) => id === patched)
        if (ticket === undefined) return { status: 404 }
        Object.assign(ticket.fields, json)
        return { status: 204 }
      }
      if (path !== '/api/v1/alert') return { status: 404 }
      const missing = ['type', 'source', 'sourceRef', 'title', 'description'].find(
        (name) => typeof json[name] !== 'string',
      )
      if (missing !== undefined) return refuse(`${missing} is missing`)
      const incident = String(json['sourceRef'])
      if (tickets.some((ticket) => ticket.incident === incident)) return refuse('Alert already exist')
      if (String(json['title']).length > 512) return refuse('title too long')
      const ticket = { id: `~${tickets.length + 1}`, incident, fields: json }
      tickets.push(ticket)
      return { status: 201, body: asHiveAlert(ticket) }
    },
    tickets: () => shown(tickets),
  }
}

function asHiveAlert({ id, fields }: Ticket): unknown {
  return { _id: id, tags: fields['tags'] }
}

/** https://developer.atlassian.com/cloud/jira/platform/rest/v3/ */
export function jiraDouble(): TicketSystem {
  const tickets: Ticket[] = []
  const labelsOf = ({ fields }: Ticket): readonly string[] => fields['labels'] as readonly string[]
  return {
    take({ method, path, body }) {
      const json = JSON.parse(body) as { fields?: Record<string, unknown>; jql?: string }
      if (path === '/rest/api/3/search/jql') {
        const wanted = /^project = "SEC" AND labels = "([^"]+)"$/.exec(json.jql ?? '')?.[1] ?? ''
        const found = tickets.filter((ticket) => labelsOf(ticket).includes(wanted))
        return { status: 200, body: { issues: found.map((each) => ({ key: each.id, fields: each.fields })) } }
      }
      const fields = json.fields ?? {}
      const labels = (fields['labels'] ?? []) as readonly string[]
      if (labels.some((label) => /\s/.test(label) || label.length > 255)) return refuse('labels have no spaces')
      if (method === 'PUT') {
        const ticket = tickets.find(({ id }) => path === `/rest/api/3/issue/${id}`)
        if (ticket === undefined) return { status: 404 }
        Object.assign(ticket.fields, fields)
        return { status: 204 }
      }
      if (path !== '/rest/api/3/issue') return { status: 404 }
      const summary = String(fields['summary'] ?? '')
      if (summary === '' || summary.length > 255 || /[\r\n]/.test(summary)) return refuse('summary')
      const incident = labels.map((label) => /^hunt-([0-9a-f-]{36})$/.exec(label)?.[1]).find((id) => id !== undefined)
      const ticket = { id: `SEC-${tickets.length + 1}`, incident: incident ?? '', fields }
      tickets.push(ticket)
      return { status: 201, body: { id: '1', key: ticket.id } }
    },
    tickets: () => shown(tickets),
  }
}

/** https://www.servicenow.com/docs (Table API) */
export function serviceNowDouble(): TicketSystem {
  const tickets: Ticket[] = []
  return {
    take({ method, path, body }) {
      const { pathname, searchParams } = new URL(path, 'http://now')
      if (method === 'GET') {
        const wanted = searchParams.get('sysparm_query')?.replace('correlation_id=', '')
        const found = tickets.filter(({ incident }) => incident === wanted)
        const result = found.map(({ id, fields }) => ({
          sys_id: id,
          correlation_display: fields['correlation_display'],
        }))
        return { status: 200, body: { result } }
      }
      const json = JSON.parse(body) as Record<string, unknown>
      if (String(json['short_description'] ?? '').length > 160) return refuse('short_description is too long')
      if (method === 'PATCH') {
        const ticket = tickets.find(({ id }) => pathname === `/api/now/table/incident/${id}`)
        if (ticket === undefined) return { status: 404 }
        Object.assign(ticket.fields, json)
        return { status: 200, body: { result: { sys_id: ticket.id } } }
      }
      if (pathname !== '/api/now/table/incident') return { status: 404 }
      const ticket = {
        id: String(tickets.length + 1).padStart(32, '0'),
        incident: String(json['correlation_id']),
        fields: json,
      }
      tickets.push(ticket)
      return { status: 201, body: { result: { sys_id: ticket.id } } }
    },
    tickets: () => shown(tickets),
  }
}

function shown(tickets: readonly Ticket[]): ReturnType<TicketSystem['tickets']> {
  return tickets.map(({ incident, fields }) => ({ incident, text: JSON.stringify(fields) }))
}
