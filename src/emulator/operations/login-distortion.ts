import { json, withCut } from '../reply.ts'
import type { Reply } from '../reply.ts'
import type { Call, EmulatorState } from './operation.ts'

/** Waits as long as a fault of this login asks for. */
export async function delayed({ distortion, signal }: Call, { settings }: EmulatorState): Promise<void> {
  if (distortion.delay !== undefined) await settings.clock.sleep(distortion.delay, signal)
}

/** A token's document, whole or as far as a fault of this login lets it through. */
export function cut({ distortion }: Call, document: Readonly<Record<string, unknown>>): Reply {
  return withCut(json(document), distortion.cutAfter)
}
