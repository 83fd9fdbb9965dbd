import { v5 } from 'uuid'

/** Namespace of the ids that we derive; any fixed GUID does, and this one must never change. */
const NAMESPACE = 'b3f1e6a4-6d0f-5c52-9a0e-2f6f4d1c7a90'

/** A GUID that follows from the parts alone (RFC 9562, version 5), so that a repeated run makes the same one. */
export function guidOf(kind: 'alert' | 'incident', parts: readonly (string | number | readonly string[])[]): string {
  return v5(JSON.stringify([kind, ...parts]), NAMESPACE)
}
