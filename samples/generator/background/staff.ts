import type { Logs } from '../logs.ts'
import { fixedGuid, randomFor } from '../random.ts'
import { recordScoredOperation, recordSignIn } from '../sign-ins.ts'
import type { Person, SignIn } from '../sign-ins.ts'
import { PEOPLE } from '../world.ts'
import { HOURS, MINUTES, days } from '../week.ts'

const STAFF: readonly Person[] = Array.from({ length: 28 }, (_, index) => {
  const upn = `staff${String(index + 1).padStart(2, '0')}@contoso.com`
  return { caller: upn, displayName: `Staff ${index + 1}`, objectId: fixedGuid(upn) }
})

const OFFICE = Array.from({ length: 20 }, (_, index) => `203.0.113.${30 + index}`)

/** Sign-ins of a week: staff at their mail, administrators at the portal; UEBA scores a part of them, most at zero. */
export function runStaff(logs: Logs): void {
  const random = randomFor('background', 'staff')
  for (const day of days()) {
    for (const person of STAFF) {
      const count = day.isWorkday ? random.int(2, 5) : random.int(0, 1)
      for (let index = 0; index < count; index++) {
        recordSignIn(logs, random, {
          person,
          time: day.start + random.int(6 * 60, 19 * 60) * MINUTES + random.int(0, 59_999),
          address: random.pick(OFFICE),
          country: 'Denmark',
          application: 'Office 365 Exchange Online',
          succeeded: random.chance(0.96),
          scored: random.chance(0.4),
          ...oddity(random.next()),
        })
      }
    }
    for (const person of Object.values(PEOPLE)) {
      for (let index = 0; day.isWorkday && index < 4; index++) {
        recordSignIn(logs, random, {
          person,
          time: day.start + (6.5 + index * 3) * HOURS + random.int(0, 150) * MINUTES,
          address: random.pick(person.addresses),
          country: 'Denmark',
          application: 'Azure Portal',
          succeeded: true,
          denials: ['ActionUncommonlyPerformedByUser'],
        })
      }
      if (!day.isWorkday || !random.chance(0.5)) continue
      recordScoredOperation(logs, random, {
        person,
        time: day.start + 11 * HOURS + random.int(0, 240) * MINUTES,
        address: person.addresses[0] ?? '',
        country: 'Denmark',
        actionType: random.pick(['Create or Update Virtual Machine', 'Run Command on Virtual Machine', 'Delete Disk']),
        priority: random.int(0, 3),
      })
    }
  }
}

/** Staff travel, change browsers and use new applications: anomalies without any Run Command near them. */
function oddity(draw: number): Partial<SignIn> {
  if (draw < 0.02)
    return { anomalies: ['FirstTimeUserConnectedFromCountry'], country: 'Portugal', priority: 4, scored: true }
  if (draw < 0.05) return { anomalies: ['ActionUncommonlyPerformedByUser'], priority: 2, scored: true }
  if (draw < 0.08) return { anomalies: ['FirstTimeUserUsedApp'], priority: 1, scored: true }
  return {}
}
