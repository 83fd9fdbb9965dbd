import type { Delivery } from '../../domain/ports.ts'
import { addedAlerts } from './delivery-document.ts'

/** `Alert ids: …` of the alerts that a delivery is about, for texts that list only some of them; empty without any. */
export function alertIdsLine(delivery: Delivery): string {
  const ids = addedAlerts(delivery).map(({ id }) => id)
  return ids.length === 0 ? '' : `Alert ids: ${ids.join(', ')}`
}
