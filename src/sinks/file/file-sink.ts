import type { Sink } from '../../domain/ports.ts'
import type { Clock } from '../../domain/time.ts'
import { checkWritable } from '../../files/check-writable.ts'
import { joinUnder } from '../../files/join-under.ts'
import { createSweeper } from '../../files/sweep-temporaries.ts'
import { writeAtomically } from '../../files/write-atomically.ts'
import { incidentFileText, readDeliveries } from './incident-file.ts'
import { incidentPath } from './incident-path.ts'

/**
 * One JSON file an incident, rewritten as a whole when the incident grows. The file holds the keys of the deliveries it
 * has taken in, so that a repeated one, also after a crash, is recognised and changes nothing. There is no index beside
 * the files: a folder listing cannot disagree with them.
 */
export function createFileSink(name: string, folder: string, clock: Clock): Sink {
  const sweep = createSweeper(clock)
  return {
    name,
    async deliver(delivery, signal) {
      signal.throwIfAborted()
      const [day, fileName] = incidentPath(delivery.incident)
      const path = await joinUnder(folder, day, fileName)
      const earlier = await readDeliveries(path)
      if (earlier.some((applied) => applied.key === delivery.key)) return { location: path, duplicate: true }
      await sweep(await joinUnder(folder, day))
      await writeAtomically(path, incidentFileText(delivery, earlier))
      return { location: path, duplicate: false }
    },
    async probe(signal) {
      signal.throwIfAborted()
      await checkWritable(folder)
      return `incidents are written under ${folder}`
    },
  }
}
