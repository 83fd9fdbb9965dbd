import type { SinkContext } from '../../src/sinks/index.ts'
import { fakeClock } from './instants.ts'

/** Surroundings of a sink in a test. */
export function sinkContext(changes: Partial<SinkContext> = {}): SinkContext {
  return {
    output: 'output',
    clock: fakeClock(),
    folder: '.',
    workspaceTags: new Map(),
    version: '0.0.0-test',
    azure: {
      cloud: 'public',
      credential: async () => {
        throw new Error('this test has no credential')
      },
    },
    ...changes,
  }
}
