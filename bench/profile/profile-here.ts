import { Session, type Profiler } from 'node:inspector'

/** DuckDB works elsewhere: of a short run there would be nothing to see, and in a look each millisecond, as is usual, sometimes nothing of a longer one. */
const LEAST_RUNS = 3
const LEAST_MILLISECONDS = 500
const INTERVAL_MICROSECONDS = 200

/** Profiles this process while `work` runs, again and again. */
export async function profileHere(work: () => Promise<void>): Promise<Profiler.Profile> {
  const session = new Session()
  session.connect()
  try {
    await post(session, 'Profiler.enable')
    await post(session, 'Profiler.setSamplingInterval', { interval: INTERVAL_MICROSECONDS })
    await post(session, 'Profiler.start')
    const begun = performance.now()
    for (let runs = 0; runs < LEAST_RUNS || performance.now() - begun < LEAST_MILLISECONDS; runs++) await work()
    return await new Promise((resolve, reject) => {
      session.post('Profiler.stop', (error, { profile }) => (error === null ? resolve(profile) : reject(error)))
    })
  } finally {
    session.disconnect()
  }
}

async function post(session: Session, method: string, parameters = {}): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    session.post(method, parameters, (error: Error | null) => (error === null ? resolve() : reject(error)))
  })
}
