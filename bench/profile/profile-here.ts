import { Session, type Profiler } from 'node:inspector'

/** Profiles this process while `work` runs. */
export async function profileHere(work: () => Promise<void>): Promise<Profiler.Profile> {
  const session = new Session()
  session.connect()
  try {
    await post(session, 'Profiler.enable')
    await post(session, 'Profiler.start')
    await work()
    return await new Promise((resolve, reject) => {
      session.post('Profiler.stop', (error, { profile }) => (error === null ? resolve(profile) : reject(error)))
    })
  } finally {
    session.disconnect()
  }
}

async function post(session: Session, method: 'Profiler.enable' | 'Profiler.start'): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    session.post(method, (error: Error | null) => (error === null ? resolve() : reject(error)))
  })
}
