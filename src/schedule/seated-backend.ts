import type { Backend } from '../domain/ports.ts'
import type { Clock } from '../domain/time.ts'
import type { RequestBudget } from './budget.ts'

/** Each query in a seat of its workspace: whoever asks, for a slot, a part of a window or a measurement. */
export function seatedBackend(backend: Backend, budget: RequestBudget, clock: Clock): Backend {
  return {
    name: backend.name,
    query: (request, signal) => budget.seated(request.workspace, clock, signal, (held) => backend.query(request, held)),
    close: () => backend.close(),
  }
}
