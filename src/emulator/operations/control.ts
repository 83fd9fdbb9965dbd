import { FAULTS, parseFault } from '../faults.ts'
import { json } from '../reply.ts'
import { invalidJsonBody, invalidRequest } from '../service-errors.ts'
import type { Operation } from './operation.ts'

/** What arrived: `GET` shows the last thousand requests of the service's operations and logins, `DELETE` forgets them. */
export const requests: Operation = {
  methods: ['GET', 'DELETE'],
  path: /^\/_emulator\/requests$/,
  ofService: false,
  async handle({ request }, { journal }) {
    if (request.method === 'DELETE') journal.clear()
    return json({ requests: journal.entries() })
  },
}

/** The script of faults: `POST {"faults": ["throttle; retry-after=1", …]}` appends, one for each coming request. */
export const faults: Operation = {
  methods: ['GET', 'POST', 'DELETE'],
  path: /^\/_emulator\/faults$/,
  ofService: false,
  async handle({ request, body }, { faults: script }) {
    if (request.method === 'DELETE') script.clear()
    if (request.method === 'POST') script.add(textsOf(body, 'faults').map(parseFault))
    const accepted = Object.fromEntries(Object.entries(FAULTS).map(([kind, { summary }]) => [kind, summary]))
    return json({ waiting: script.waiting(), accepted })
  },
}

const ALERT_ID =
  /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.OperationalInsights\/workspaces\/[^/]+\/providers\/Microsoft\.SecurityInsights)\/entities\/([^/]+)$/i

/** Alerts that incidents can be tied to: `POST {"alerts": ["<ARM id>", …]}`. The API of the service makes none (contract D4). */
export const alerts: Operation = {
  methods: ['POST'],
  path: /^\/_emulator\/alerts$/,
  ofService: false,
  async handle({ body }, { sentinel }) {
    const ids = textsOf(body, 'alerts')
    const parts = ids.map((id) => ALERT_ID.exec(id))
    const wrong = ids.find((_id, index) => parts[index] === null)
    if (wrong !== undefined)
      throw invalidRequest(`'${wrong}' is no id of an alert, …/Microsoft.SecurityInsights/entities/{name}`)
    for (const match of parts) sentinel.workspace(match?.[1] ?? '').addAlert(match?.[2] ?? '')
    return json({ alerts: ids })
  },
}

function textsOf(body: string, member: string): readonly string[] {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw invalidJsonBody(error.message)
  }
  const texts: unknown = (Object(value) as Record<string, unknown>)[member]
  if (Array.isArray(texts) && texts.every((each) => typeof each === 'string')) return texts
  throw invalidRequest(`The body is not {"${member}": ["…"]}`)
}
