import type { Duration } from '../domain/time.ts'
import { seconds } from '../time/duration.ts'

/** What a service is told: the shortest of what is asked for, what the workspace allows and what the service takes. */
export function timeoutSeconds(asked: Duration, ofWorkspace: Duration | undefined, ofService: Duration): number {
  return Math.max(1, Math.ceil(Math.min(asked, ofWorkspace ?? ofService, ofService) / seconds(1)))
}
