import type { Delivery } from '../../domain/ports.ts'
import { formatInstant } from '../../time/instant.ts'

/** Is it about an incident that the sink should have already? */
export function isChange({ reason }: Pick<Delivery, 'reason'>): boolean {
  return reason === 'updated' || reason === 'closed' || reason === 'commented'
}

/** What somebody did, in a line without what they said: `closed by eve as BenignPositive`; undefined where nobody did anything. */
export function deedOf({ event }: Pick<Delivery, 'event'>): string | undefined {
  if (event === undefined) return undefined
  const { kind, author, classification, text } = event
  if (kind === 'reopened') return `opened again: ${text}`
  if (kind === 'comment') return `comment by ${author}`
  return classification === undefined ? `closed by ${author}` : `closed by ${author} as ${classification}`
}

/** What somebody did and said, as label and value. */
export function deedFacts(delivery: Pick<Delivery, 'event'>): readonly (readonly [label: string, value: string])[] {
  const { event } = delivery
  if (event === undefined) return []
  const said = event.kind === 'reopened' ? '' : event.text
  return [
    ['What happened', `${deedOf(delivery) ?? ''}, ${formatInstant(event.at)}`],
    ['Said', said],
  ]
}
