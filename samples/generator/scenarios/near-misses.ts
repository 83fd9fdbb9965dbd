import { recordOperation } from '../activity.ts'
import { ROOT, SYSTEM, recordProcess } from '../defender.ts'
import type { Account, Process } from '../defender.ts'
import { randomFor } from '../random.ts'
import { ONE_OFF, ROUTINE } from '../scripts.ts'
import { PEOPLE, SERVICES, machine, resourceIdOf } from '../world.ts'
import type { Machine } from '../world.ts'
import { SECONDS, on } from '../week.ts'
import { RULES, rowsOf, signIn } from './scenario.ts'
import type { Scenario, Stage } from './scenario.ts'

const SYSTEM32 = 'C:\\Windows\\System32\\'
const POWERSHELL = `${SYSTEM32}WindowsPowerShell\\v1.0\\`

export const NEAR_MISSES: readonly ((stage: Stage) => Scenario)[] = [
  oneOffTroubleshooting,
  businessTrip,
  rejected,
  agentNotReady,
  signInTooEarly,
  signInTooLate,
  anotherUser,
  failedSignIn,
  sameScriptName,
  neighbourNode,
  otherPowerShell,
  scriptExtension,
  readingTheScript,
]

function oneOffTroubleshooting(stage: Stage): Scenario {
  const { sorrel } = PEOPLE
  const trace = stage.fleet.invoke({
    label: 'one-off troubleshooting',
    time: on('Wednesday', '13:40:12'),
    machine: machine('FS-Prod-01'),
    principal: sorrel,
    script: ONE_OFF,
    address: sorrel.addresses[0] ?? '',
  })
  return {
    id: 'one-off-troubleshooting',
    kind: 'known-false-positive',
    title: 'An administrator looks once for a hanging print spooler',
    story: 'Legitimate, and unique all the same: the rule cannot know better. Its documentation says how to filter.',
    traces: [trace],
    rows: rowsOf(trace, { unique: true }),
    silent: [{ rule: 'suspicious-login-window', why: 'The sign-in was an ordinary one.' }],
  }
}

function businessTrip(stage: Stage): Scenario {
  const { brandt } = PEOPLE
  const entry = signIn(stage, {
    person: brandt,
    time: on('Thursday', '06:20:00'),
    address: '198.51.100.66',
    country: 'Portugal',
    application: 'Azure Portal',
    succeeded: true,
    anomalies: ['FirstTimeUserConnectedFromCountry'],
    priority: 3,
  })
  const traces = (['vm-app-05', 'vm-app-06'] as const).map((name, index) =>
    stage.fleet.invoke({
      label: 'business trip',
      time: on('Thursday', index === 0 ? '09:01:30' : '09:22:05'),
      machine: machine(name),
      principal: brandt,
      script: ROUTINE.portalIpConfiguration,
      address: '198.51.100.66',
    }),
  )
  return {
    id: 'business-trip',
    kind: 'known-false-positive',
    title: 'An administrator works from abroad',
    story: 'The first sign-in from a country is an anomaly, and the routine that follows falls into its window.',
    traces,
    rows: traces.flatMap((trace) => rowsOf(trace, { signIn: entry })),
    silent: [{ rule: 'unique-powershell-script', why: 'Scripts of the portal, which others run on the same day.' }],
  }
}

function rejected(stage: Stage): Scenario {
  const { quill } = PEOPLE
  const trace = stage.fleet.invoke({
    label: 'rejected',
    time: on('Monday', '20:10:00'),
    machine: machine('prod-kubernetes-node-01'),
    principal: quill,
    script: ROUTINE.portalDiskSpace,
    address: '192.0.2.61',
    outcome: 'rejected',
  })
  return {
    id: 'rejected',
    kind: 'near-miss',
    title: 'A Run Command that Azure refuses',
    story:
      'Start and Failure, no Accept: it never reached the machine, although the caller stands in a suspicious window.',
    traces: [trace],
    rows: [],
    silent: RULES.map((rule) => ({ rule, why: 'Nothing was accepted, nothing ran.' })),
  }
}

function agentNotReady(stage: Stage): Scenario {
  const { sorrel } = PEOPLE
  const trace = stage.fleet.invoke({
    label: 'agent not ready',
    time: on('Tuesday', '16:00:20'),
    machine: machine('vm-jump-02'),
    principal: sorrel,
    script: ROUTINE.portalRemoteDesktop,
    address: sorrel.addresses[0] ?? '',
    outcome: 'agent-not-ready',
  })
  return {
    id: 'agent-not-ready',
    kind: 'near-miss',
    title: 'Accepted, but the agent of the VM does not answer',
    story:
      'Start, Accept, Failure half an hour later. The hunting query lists it without guest evidence; nothing else may.',
    traces: [trace],
    rows: rowsOf(trace),
    silent: (['unique-powershell-script', 'suspicious-login-window', 'correlated-process-execution'] as const).map(
      (rule) => ({
        rule,
        why: 'No script reached the guest, and the sign-in was an ordinary one.',
      }),
    ),
  }
}

interface QuietOperation {
  readonly id: string
  readonly title: string
  readonly story: string
  readonly invocation: Parameters<Stage['fleet']['invoke']>[0]
}

/** An operation that is routine but for the sign-in near it, which must not count. */
function quiet(stage: Stage, { id, title, story, invocation }: QuietOperation): Scenario {
  const trace = stage.fleet.invoke(invocation)
  return {
    id,
    kind: 'near-miss',
    title,
    story,
    traces: [trace],
    rows: rowsOf(trace),
    silent: [
      { rule: 'suspicious-login-window', why: story },
      { rule: 'unique-powershell-script', why: 'A script of the portal, which others run on the same day.' },
    ],
  }
}

function signInTooEarly(stage: Stage): Scenario {
  const { quill } = PEOPLE
  const address = quill.addresses[0] ?? ''
  signIn(stage, {
    person: quill,
    time: on('Wednesday', '05:00:00'),
    address: '198.51.100.67',
    country: 'Germany',
    application: 'Azure Portal',
    succeeded: true,
    anomalies: ['ActionUncommonlyPerformedByUser'],
    priority: 3,
  })
  return quiet(stage, {
    id: 'sign-in-too-early',
    title: 'The anomalous sign-in was eight hours earlier',
    story: 'The window reaches six hours back.',
    invocation: {
      label: 'sign-in too early',
      time: on('Wednesday', '13:05:10'),
      machine: machine('vm-app-01'),
      principal: quill,
      script: ROUTINE.portalRemoteDesktop,
      address,
    },
  })
}

function signInTooLate(stage: Stage): Scenario {
  const { quill } = PEOPLE
  const address = quill.addresses[0] ?? ''
  signIn(stage, {
    person: quill,
    time: on('Thursday', '09:10:00'),
    address: '198.51.100.67',
    country: 'Germany',
    application: 'Azure Portal',
    succeeded: true,
    anomalies: ['ActionUncommonlyPerformedByUser'],
    priority: 3,
  })
  return quiet(stage, {
    id: 'sign-in-too-late',
    title: 'The anomalous sign-in came seventy minutes after the invocation',
    story: 'The window reaches one hour ahead.',
    invocation: {
      label: 'sign-in too late',
      time: on('Thursday', '08:00:00'),
      machine: machine('vm-app-03'),
      principal: quill,
      script: ROUTINE.portalRemoteDesktop,
      address,
    },
  })
}

function anotherUser(stage: Stage): Scenario {
  const { brandt, odell } = PEOPLE
  signIn(stage, {
    person: odell,
    time: on('Tuesday', '12:00:00'),
    address: '198.51.100.68',
    country: 'Germany',
    application: 'Azure Portal',
    succeeded: true,
    anomalies: ['ActionUncommonlyPerformedByUser'],
    priority: 4,
  })
  return quiet(stage, {
    id: 'another-user',
    title: 'The anomalous sign-in was somebody else’s',
    story: 'Half an hour before, but of another user, who runs nothing.',
    invocation: {
      label: 'another user',
      time: on('Tuesday', '12:30:40'),
      machine: machine('vm-app-02'),
      principal: brandt,
      script: ROUTINE.portalIpConfiguration,
      address: brandt.addresses[0] ?? '',
    },
  })
}

function failedSignIn(stage: Stage): Scenario {
  const { marlow } = PEOPLE
  for (const time of ['10:00:00', '10:02:10', '10:04:30']) {
    signIn(stage, {
      person: marlow,
      time: on('Thursday', time),
      address: '192.0.2.250',
      country: 'Iceland',
      application: 'Azure Portal',
      succeeded: false,
      anomalies: ['ActionUncommonlyPerformedByUser', 'FirstTimeUserConnectedFromCountry'],
      priority: 4,
    })
  }
  return quiet(stage, {
    id: 'failed-sign-in',
    title: 'Somebody guesses the password of an administrator at work',
    story: 'The anomalous sign-ins failed: whoever guessed did not run anything.',
    invocation: {
      label: 'failed sign-in',
      time: on('Thursday', '10:40:00'),
      machine: machine('vm-web-07'),
      principal: marlow,
      script: ROUTINE.portalIpConfiguration,
      address: marlow.addresses[0] ?? '',
    },
  })
}

function sameScriptName(stage: Stage): Scenario {
  const { harrow } = PEOPLE
  const pair = [
    { name: 'vm-app-07', time: '14:10:00', script: ROUTINE.portalIpConfiguration, principal: harrow },
    { name: 'vm-lab-05', time: '14:10:12', script: ROUTINE.portalRemoteDesktop, principal: PEOPLE.odell },
  ] as const
  const portal = pair.map(({ name, time, script, principal }) =>
    stage.fleet.invoke({
      label: 'same script name',
      time: on('Wednesday', time),
      machine: machine(name),
      principal,
      script,
      address: principal.addresses[0] ?? '',
      number: 31,
    }),
  )
  const twin = stage.fleet.invoke({
    label: 'same script name as an attack',
    time: on('Sunday', '09:12:40'),
    machine: machine('vm-web-06'),
    principal: SERVICES.logCollection,
    script: ROUTINE.collectLogsWindows,
    address: SERVICES.logCollection.addresses[0] ?? '',
    number: 41,
  })
  const traces = [...portal, twin]
  return {
    id: 'same-script-name',
    kind: 'near-miss',
    title: 'script31.ps1 here and script31.ps1 there, in the same minute',
    story:
      'The number of the script counts on each machine of its own. Joined on the name alone, the commands of both machines become one fingerprint; script41.ps1 is at the same minute an attack on SQL-PRD-05 and routine on vm-web-06.',
    traces,
    rows: traces.flatMap((trace) => rowsOf(trace)),
    silent: [{ rule: 'unique-powershell-script', why: 'Each script is one that others run on the same day.' }],
  }
}

function neighbourNode(stage: Stage): Scenario {
  const trace = stage.fleet.invoke({
    label: 'neighbour node',
    time: on('Monday', '21:31:20'),
    machine: machine('prod-kubernetes-node-01'),
    principal: SERVICES.patching,
    script: ROUTINE.patchLinux,
    address: SERVICES.patching.addresses[0] ?? '',
  })
  return {
    id: 'neighbour-node',
    kind: 'near-miss',
    title: 'Routine on a node whose name begins like the victim’s',
    story:
      'prod-kubernetes-node-01 and -02 agree in 15 characters; Linux does not cut names, so they stay two machines.',
    traces: [trace],
    rows: rowsOf(trace),
    silent: [{ rule: 'suspicious-login-window', why: 'The attacker beside it is another caller.' }],
  }
}

/** Records `parent` → `child` on a machine; the grandparent is named only. */
function processPair(
  stage: Stage,
  host: Machine,
  time: number,
  account: Account,
  parent: readonly [fileName: string, folder: string, commandLine: string, grandparent: string],
  child: readonly [fileName: string, folder: string, commandLine: string],
): void {
  const random = randomFor('process', host.name, String(time))
  const parentProcess: Process = {
    fileName: parent[0],
    folder: parent[1],
    commandLine: parent[2],
    id: random.int(1000, 30_000),
    created: time - 3 * SECONDS,
    account,
    parent: { fileName: parent[3], id: random.int(500, 999) },
  }
  const childProcess: Process = {
    fileName: child[0],
    folder: child[1],
    commandLine: child[2],
    id: random.int(1000, 30_000),
    created: time,
    account,
    parent: { fileName: parentProcess.fileName, id: parentProcess.id },
  }
  recordProcess(stage.logs, random, host, childProcess, parentProcess)
}

function otherPowerShell(stage: Stage): Scenario {
  const admin: Account = { domain: 'contoso', name: 'marlow', sid: 'S-1-5-21-1004336348-1177238915-682003330-1612' }
  processPair(
    stage,
    machine('vm-web-01'),
    on('Monday', '12:00:03'),
    SYSTEM,
    ['svchost.exe', SYSTEM32, 'svchost.exe -k netsvcs -p -s Schedule', 'services.exe'],
    ['powershell.exe', POWERSHELL, 'powershell.exe -ExecutionPolicy Bypass -File script1.ps1'],
  )
  processPair(
    stage,
    machine('vm-jump-02'),
    on('Tuesday', '10:15:44'),
    admin,
    ['cmd.exe', SYSTEM32, 'cmd.exe', 'explorer.exe'],
    ['powershell.exe', POWERSHELL, 'powershell -ExecutionPolicy Unrestricted -File script2.ps1'],
  )
  return {
    id: 'other-powershell',
    kind: 'near-miss',
    title: 'Numbered scripts that are not Run Command’s',
    story:
      'A scheduled task runs script1.ps1 with another policy; an administrator types the very command line of the extension, but the agent is not among its ancestors.',
    traces: [],
    rows: [],
    silent: RULES.map((rule) => ({ rule, why: 'No Run Command was invoked.' })),
  }
}

function scriptExtension(stage: Stage): Scenario {
  const host = machine('vm-web-08')
  const random = randomFor('script extension')
  const time = on('Thursday', '08:30:00')
  for (const [index, name] of ['CustomScriptExtension', 'RunCommandWindows'].entries()) {
    const start = time + index * 600 * SECONDS
    recordOperation(stage.logs, random, {
      subscription: host.subscription,
      action: 'Microsoft.Compute/virtualMachines/extensions/write',
      displayName: 'Create or Update Virtual Machine Extension',
      resourceId: `${resourceIdOf(host)}/extensions/${name}`,
      principal: SERVICES.configuration,
      address: SERVICES.configuration.addresses[0] ?? '',
      stages: [
        { stage: 'Start', time: start },
        { stage: 'Accept', time: start + 350, substatus: 'Accepted' },
        { stage: 'Success', time: start + 80 * SECONDS },
      ],
      correlationId: random.guid(),
    })
  }
  processPair(
    stage,
    host,
    time + 20 * SECONDS,
    SYSTEM,
    [
      'cmd.exe',
      SYSTEM32,
      '"cmd" /c powershell -ExecutionPolicy Unrestricted -File deploy.ps1',
      'CustomScriptHandler.exe',
    ],
    ['powershell.exe', POWERSHELL, 'powershell -ExecutionPolicy Unrestricted -File deploy.ps1'],
  )
  return {
    id: 'script-extension',
    kind: 'near-miss',
    title: 'The Custom Script Extension, Run Command’s sibling',
    story:
      'extensions/write runs code too, but by another way, which these rules do not claim to watch; even an extension called RunCommandWindows is only being installed.',
    traces: [],
    rows: [],
    silent: RULES.map((rule) => ({ rule, why: 'No Run Command was invoked.' })),
  }
}

function readingTheScript(stage: Stage): Scenario {
  const host = machine('lnx-api-06')
  const script = '/var/lib/waagent/run-command/download/90/script.sh'
  const shell = ['bash', '/usr/bin/', '-bash', 'sshd'] as const
  const read = on('Friday', '09:12:00')
  processPair(stage, host, read, ROOT, shell, ['cat', '/usr/bin/', `cat ${script}`])
  processPair(stage, host, read + 20_000, ROOT, shell, ['bash', '/usr/bin/', `bash -c "cat ${script} | less"`])
  processPair(
    stage,
    host,
    read + 95_000,
    ROOT,
    ['sudo', '/usr/bin/', `sudo bash ${script}`, 'bash'],
    ['bash', '/usr/bin/', `bash ${script}`],
  )
  return {
    id: 'reading-the-script',
    kind: 'near-miss',
    title: 'An administrator reads a left-over script, and runs it again by hand',
    story: 'cat, a pager, and sudo bash on the waagent path: a person at a terminal, not the agent.',
    traces: [],
    rows: [],
    silent: RULES.map((rule) => ({ rule, why: 'The agent ran nothing.' })),
  }
}
