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
    if (request.method === 'POST') script.add(readScript(body).map(parseFault))
    const accepted = Object.fromEntries(Object.entries(FAULTS).map(([kind, { summary }]) => [kind, summary]))
    return json({ waiting: script.waiting(), accepted })
  },
}

function readScript(body: string): readonly string[] {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw invalidJsonBody(error.message)
  }
  const script: unknown = typeof value === 'object' && value !== null && 'faults' in value ? value.faults : undefined
  if (Array.isArray(script) && script.every((each) => typeof each === 'string')) return script
  throw invalidRequest('The body is not {"faults": ["…"]}')
}
