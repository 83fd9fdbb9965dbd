import type { Incident } from './store.ts'

/** Kind of a relation to an alert, as recorded answers have it; one to a bookmark has none. */
export const ALERT = 'SecurityAlert'

/** Names of the resources of a kind that an incident is tied to. */
export function relatedNames({ relations }: Incident, kind: string): readonly string[] {
  return [...relations.values()]
    .filter(({ properties }) => properties['relatedResourceKind'] === kind)
    .map(({ properties }) => String(properties['relatedResourceName']))
}
