import { mergedDetails } from '../../detect/merged-details.ts'
import type { Delivery } from '../../domain/ports.ts'
import type { Alert } from '../../domain/run.ts'
import { addedAlerts } from './delivery-document.ts'
import { oneLine } from './one-line.ts'
import { short } from './short.ts'
import { grouped } from '../../text/count.ts'

/** Details of a rule (`shared/reference/azure-contract.md` B5): an incident has those of one rule. */
const MOST_DETAILS = 20

/** Values of one that say something at a glance, and what is shown of each and of all: the files have them whole. */
const MOST_VALUES = 10
const LONGEST_VALUE = 100
const LONGEST_LINE = 300

/**
 * Custom details of an incident as label and value, for texts that people read. Sentinel shows them with each alert; here each
 * stands once, with the values of the alerts that the delivery is about first: what is new must not be what is left out.
 */
export function detailsOf(delivery: Delivery): readonly (readonly [name: string, values: string])[] {
  return shownDetails([...addedAlerts(delivery), ...delivery.incident.alerts])
}

/** The same of some alerts. */
export function shownDetails(alerts: readonly Alert[]): readonly (readonly [name: string, values: string])[] {
  return mergedDetails(alerts)
    .filter(([, values]) => values.length > 0)
    .slice(0, MOST_DETAILS)
    .map(([name, values]) => [short(oneLine(name), LONGEST_VALUE), shownValues(values)])
}

function shownValues(values: readonly string[]): string {
  const shown = values.slice(0, MOST_VALUES).map((value) => short(oneLine(value), LONGEST_VALUE))
  let length = 0
  const fitting = shown.filter((value) => (length += value.length + 2) <= LONGEST_LINE)
  const rest = values.length - fitting.length
  return [...fitting, ...(rest > 0 ? [`and ${grouped(rest)} more`] : [])].join(', ')
}
