import { v5 } from 'uuid'

/** Namespace of what sinks derive; any fixed GUID does, and this one must never change. */
const NAMESPACE = '5c0a6f1e-8b57-5d0f-9b43-0c7c2f0b6d11'

/** A GUID that follows from the parts alone (RFC 9562, version 5): a repeated delivery writes the same resource again. */
export function derivedId(kind: 'bookmark' | 'comment' | 'row', ...parts: readonly string[]): string {
  return v5(JSON.stringify([kind, ...parts]), NAMESPACE)
}
