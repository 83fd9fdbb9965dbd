import { randomFor } from '../random.ts'
import type { Fleet } from '../run-command.ts'
import { ROUTINE } from '../scripts.ts'
import type { Script } from '../scripts.ts'
import { LINUX, MACHINES, PEOPLE, SERVICES, WINDOWS, machine } from '../world.ts'
import type { Machine, Principal } from '../world.ts'
import { HOURS, MINUTES, SECONDS, days } from '../week.ts'

/** A wave of one script over several machines, a few minutes apart. Every script of the day runs at least twice. */
interface Wave {
  readonly label: string
  /** Hours after midnight, UTC. */
  readonly hour: number
  readonly principal: Principal
  readonly script: Script
  readonly from: readonly Machine[]
  readonly count: number
  readonly workdaysOnly: boolean
}

const named = (prefix: string): readonly Machine[] => MACHINES.filter((candidate) => candidate.name.startsWith(prefix))

const WAVES: readonly Wave[] = [
  {
    label: 'backup',
    hour: 1.1,
    principal: SERVICES.backup,
    script: ROUTINE.backupSql,
    from: named('SQL-PRD'),
    count: 4,
    workdaysOnly: false,
  },
  {
    label: 'backup',
    hour: 1.4,
    principal: SERVICES.backup,
    script: ROUTINE.backupLinux,
    from: named('lnx-db'),
    count: 2,
    workdaysOnly: false,
  },
  {
    label: 'patching',
    hour: 2.5,
    principal: SERVICES.patching,
    script: ROUTINE.patchWindows,
    from: WINDOWS,
    count: 7,
    workdaysOnly: false,
  },
  {
    label: 'patching',
    hour: 3.3,
    principal: SERVICES.patching,
    script: ROUTINE.patchLinux,
    from: LINUX,
    count: 4,
    workdaysOnly: false,
  },
  {
    label: 'compliance',
    hour: 5,
    principal: SERVICES.compliance,
    script: ROUTINE.complianceWindows,
    from: WINDOWS,
    count: 4,
    workdaysOnly: false,
  },
  {
    label: 'compliance',
    hour: 5.5,
    principal: SERVICES.compliance,
    script: ROUTINE.complianceLinux,
    from: LINUX,
    count: 2,
    workdaysOnly: false,
  },
  {
    label: 'log collection',
    hour: 7.5,
    principal: SERVICES.logCollection,
    script: ROUTINE.collectLogsWindows,
    from: WINDOWS,
    count: 3,
    workdaysOnly: false,
  },
  {
    label: 'log collection',
    hour: 7.8,
    principal: SERVICES.logCollection,
    script: ROUTINE.collectLogsLinux,
    from: LINUX,
    count: 2,
    workdaysOnly: false,
  },
  {
    label: 'configuration',
    hour: 10,
    principal: SERVICES.configuration,
    script: ROUTINE.configureMorning,
    from: WINDOWS,
    count: 3,
    workdaysOnly: true,
  },
  {
    label: 'configuration',
    hour: 10.5,
    principal: SERVICES.configuration,
    script: ROUTINE.configureLinux,
    from: LINUX,
    count: 2,
    workdaysOnly: true,
  },
  {
    label: 'configuration',
    hour: 15,
    principal: SERVICES.configuration,
    script: ROUTINE.configureAfternoon,
    from: WINDOWS,
    count: 2,
    workdaysOnly: true,
  },
]

const PORTAL_USERS = [PEOPLE.sorrel, PEOPLE.harrow, PEOPLE.keller]
const PORTAL_SCRIPTS = [ROUTINE.portalIpConfiguration, ROUTINE.portalRemoteDesktop]

/** The uses of Run Command that a company has every day. */
export function runRoutine(fleet: Fleet): void {
  for (const day of days()) {
    for (const wave of WAVES) {
      if (wave.workdaysOnly && !day.isWorkday) continue
      runWave(fleet, wave, day.name, day.start)
    }
    if (day.isWorkday) runPortal(fleet, day.name, day.start)
  }
}

function runWave(fleet: Fleet, wave: Wave, day: string, midnight: number): void {
  const random = randomFor('routine', wave.label, wave.script.name, wave.script.os, day)
  let time = midnight + wave.hour * HOURS
  for (const target of random.sample(wave.from, wave.count)) {
    time += random.int(20, 240) * SECONDS + random.int(0, 999)
    fleet.invoke({
      label: `routine ${wave.label}`,
      time,
      machine: target,
      principal: wave.principal,
      script: wave.script,
      address: wave.principal.addresses[0] ?? '',
    })
  }
}

/** Two administrators look at two machines each, with the scripts that the portal offers. */
function runPortal(fleet: Fleet, day: string, midnight: number): void {
  const random = randomFor('routine', 'portal', day)
  for (const [index, principal] of random.sample(PORTAL_USERS, 2).entries()) {
    const script = PORTAL_SCRIPTS[index] ?? ROUTINE.portalIpConfiguration
    let time = midnight + (8.5 + index * 4) * HOURS + random.int(0, 90) * MINUTES
    for (const target of random.sample(WINDOWS, 2)) {
      time += random.int(3, 25) * MINUTES
      const address = random.pick(principal.addresses)
      fleet.invoke({ label: 'routine portal', time, machine: target, principal, script, address })
    }
  }
  const target = machine(random.pick(['lnx-lab-01', 'lnx-lab-02', 'lnx-lab-03', 'lnx-lab-04']))
  const time = midnight + 13 * HOURS + random.int(0, 120) * MINUTES
  const { tarn } = PEOPLE
  fleet.invoke({
    label: 'routine portal',
    time,
    machine: target,
    principal: tarn,
    script: ROUTINE.portalDiskSpace,
    address: tarn.addresses[0] ?? '',
  })
}
