import type { Alert } from '../domain/run.ts'

/** The custom details of alerts, each with the different values that any of them has, in their order. */
export function mergedDetails(
  alerts: readonly Pick<Alert, 'customDetails'>[],
): readonly (readonly [name: string, values: readonly string[]])[] {
  const details = new Map<string, Set<string>>()
  for (const { customDetails } of alerts)
    for (const [name, values] of Object.entries(customDetails)) {
      const merged = details.get(name) ?? new Set()
      for (const value of values) merged.add(value)
      details.set(name, merged)
    }
  return [...details].map(([name, values]) => [name, [...values]])
}
