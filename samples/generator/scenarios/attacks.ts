import { recordOperation } from '../activity.ts'
import { randomFor } from '../random.ts'
import { HOSTILE } from '../scripts.ts'
import { PEOPLE, SERVICES, SUBSCRIPTIONS, machine } from '../world.ts'
import { HOURS, MINUTES, on } from '../week.ts'
import { pairOf, rowsOf, signIn } from './scenario.ts'
import type { ExpectedRow, Scenario, Stage } from './scenario.ts'

const NOT_UNIQUE = 'The same script ran on all of them; only what ran once is unique.'
const NO_UEBA = 'UEBA scores sign-ins of users; the caller is a service principal.'
const NO_POWERSHELL = 'A shell script; the rule fingerprints PowerShell.'

export const ATTACKS: readonly ((stage: Stage) => Scenario)[] = [
  credentialDump,
  servicePrincipalSpread,
  linuxReverseShell,
  legacySpelling,
  managedIdentity,
  midnight,
  lateUeba,
  managedRunCommand,
]

function credentialDump(stage: Stage): Scenario {
  const { marlow } = PEOPLE
  const entry = signIn(stage, {
    person: marlow,
    time: on('Tuesday', '02:14:08'),
    address: '192.0.2.44',
    country: 'Iceland',
    application: 'Azure Portal',
    succeeded: true,
    anomalies: ['ActionUncommonlyPerformedByUser', 'FirstTimeUserConnectedFromCountry', 'FirstTimeUserConnectedViaISP'],
    priority: 9,
  })
  const trace = stage.fleet.invoke({
    label: 'attack credential dump',
    time: on('Tuesday', '02:41:07'),
    machine: machine('DC-CONTOSO-01'),
    principal: marlow,
    script: HOSTILE.dumpCredentials,
    address: '192.0.2.44',
  })
  return {
    id: 'credential-dump',
    kind: 'attack',
    title: 'A stolen administrator session dumps LSASS on a domain controller',
    story:
      'An owner of the subscription signs in from a country never seen for her, and 27 minutes later a script that nobody else runs writes the memory of LSASS to a file and sends it away. The VM is written in capitals in Azure and in small letters by Defender.',
    traces: [trace],
    rows: rowsOf(trace, { unique: true, signIn: entry }),
    silent: [],
  }
}

function servicePrincipalSpread(stage: Stage): Scenario {
  const targets = [
    ['vm-web-02', '11:20:05', HOSTILE.beacon],
    ['vm-web-05', '11:22:31', HOSTILE.beacon],
    ['FS-Prod-02', '11:24:12', HOSTILE.beacon],
    ['SQL-PRD-03', '11:27:40', HOSTILE.beaconForDatabases],
  ] as const
  const traces = targets.map(([name, time, script]) =>
    stage.fleet.invoke({
      label: 'attack service principal',
      time: on('Wednesday', time),
      machine: machine(name),
      principal: SERVICES.legacyDeploy,
      script,
      address: '192.0.2.77',
    }),
  )
  return {
    id: 'service-principal-spread',
    kind: 'attack',
    title: 'A leaked secret of a service principal installs a beacon on four servers',
    story:
      'The caller is an object id, not a UPN. Three servers get the same script, so that no fingerprint is unique there; the database server gets a variant of its own, which is.',
    traces,
    rows: traces.flatMap((trace) => rowsOf(trace, { unique: trace.machine.name === 'SQL-PRD-03' })),
    silent: [
      { rule: 'unique-powershell-script', why: `on the three web and file servers. ${NOT_UNIQUE}` },
      { rule: 'suspicious-login-window', why: NO_UEBA },
    ],
  }
}

function linuxReverseShell(stage: Stage): Scenario {
  const { tarn } = PEOPLE
  const entry = signIn(stage, {
    person: tarn,
    time: on('Thursday', '17:03:40'),
    address: '192.0.2.130',
    country: 'Portugal',
    application: 'Microsoft Azure CLI',
    succeeded: true,
    anomalies: ['CountryUncommonlyConnectedFromByUser'],
    priority: 6,
  })
  const trace = stage.fleet.invoke({
    label: 'attack reverse shell',
    time: on('Thursday', '19:52:30'),
    machine: machine('lnx-api-03'),
    principal: tarn,
    script: HOSTILE.reverseShell,
    address: '192.0.2.130',
    outcome: 'hangs',
  })
  return {
    id: 'linux-reverse-shell',
    kind: 'attack',
    title: 'A reverse shell as root, which never comes back',
    story:
      'The script holds its connection open, so the operation is accepted and ends as a failure when the platform gives up after 90 minutes. A rule that asks for a success never sees it.',
    traces: [trace],
    rows: rowsOf(trace, { signIn: entry }),
    silent: [{ rule: 'unique-powershell-script', why: NO_POWERSHELL }],
  }
}

function legacySpelling(stage: Stage): Scenario {
  const { odell } = PEOPLE
  const trace = stage.fleet.invoke({
    label: 'attack legacy spelling',
    time: on('Friday', '14:05:20'),
    machine: machine('vm-lab-03'),
    principal: odell,
    caller: 'ODELL@fabrikam.com',
    script: HOSTILE.localAdministrator,
    address: '192.0.2.15',
  })
  const entry = signIn(stage, {
    person: odell,
    time: on('Friday', '14:31:00'),
    address: '192.0.2.15',
    country: 'Iceland',
    application: 'Azure Portal',
    succeeded: true,
    anomalies: ['ActionUncommonlyPerformedByUser'],
    priority: 7,
  })
  return {
    id: 'legacy-spelling',
    kind: 'attack',
    title: 'A local administrator added through the old connector, with programs only',
    story:
      'The subscription reports through the legacy connector: mixed-case operation names, Started/Accepted/Succeeded. The token writes the UPN in capitals. The script calls no cmdlet at all, only net.exe, so that its size is its whole fingerprint. The sign-in that UEBA objects to comes 26 minutes after the invocation.',
    traces: [trace],
    rows: rowsOf(trace, { unique: true, signIn: entry }),
    silent: [],
  }
}

function managedIdentity(stage: Stage): Scenario {
  const trace = stage.fleet.invoke({
    label: 'attack managed identity',
    time: on('Saturday', '04:33:10'),
    machine: machine('vm-jump-01'),
    principal: SERVICES.webServer,
    script: HOSTILE.tunnel,
    address: '',
    // The jump host has seen many scripts: the one attack whose number is rare enough for the upstream original.
    number: 57,
  })
  return {
    id: 'managed-identity',
    kind: 'attack',
    title: 'A web server uses its managed identity to open a tunnel on the jump host',
    story:
      'Whoever is on vm-web-04 takes its identity token and moves on through Run Command. The activity log has neither a UPN nor an address for the caller: the account is its object id, and there is no IP entity.',
    traces: [trace],
    rows: rowsOf(trace, { unique: true }),
    silent: [{ rule: 'suspicious-login-window', why: NO_UEBA }],
  }
}

function midnight(stage: Stage): Scenario {
  const { brandt } = PEOPLE
  const entry = signIn(stage, {
    person: brandt,
    time: on('Friday', '23:10:30'),
    address: '192.0.2.91',
    country: 'Iceland',
    application: 'Azure Portal',
    succeeded: true,
    anomalies: ['ActionUncommonlyPerformedByUser', 'CountryUncommonlyConnectedFromByUser'],
    priority: 8,
  })
  const trace = stage.fleet.invoke({
    label: 'attack midnight',
    time: on('Friday', '23:58:40'),
    machine: machine('app-payroll-gateway-02'),
    principal: brandt,
    script: HOSTILE.payrollExport,
    address: '192.0.2.91',
    delay: 70,
    duration: 190,
  })
  return {
    id: 'midnight',
    kind: 'attack',
    title: 'The payroll leaves across midnight',
    story:
      'Invoked before midnight, ended after it: a daily window that ends at midnight holds half of it, and so does the next. The name of the VM has 22 characters; Windows and Defender know the first 15.',
    traces: [trace],
    rows: rowsOf(trace, { unique: true, signIn: entry }),
    silent: [],
  }
}

function lateUeba(stage: Stage): Scenario {
  const { keller } = PEOPLE
  const trace = stage.fleet.invoke({
    label: 'attack late ueba',
    time: on('Sunday', '09:12:15'),
    machine: machine('SQL-PRD-05'),
    principal: keller,
    script: HOSTILE.copyOfLogCollection,
    address: '192.0.2.52',
    number: 41,
  })
  const entry = signIn(stage, {
    person: keller,
    time: on('Sunday', '09:55:00'),
    address: '192.0.2.52',
    country: 'Portugal',
    application: 'Microsoft Azure PowerShell',
    succeeded: true,
    anomalies: ['ActionUncommonlyPerformedByUser'],
    priority: 5,
    processedAfter: 5 * HOURS + 45 * MINUTES,
  })
  return {
    id: 'late-ueba',
    kind: 'attack',
    title: 'The security log goes outside in the clothes of the log collection',
    story:
      'The script calls exactly the cmdlets of the routine log collection and differs from it in size alone; at the same minute the routine runs a file of the same name on another server. UEBA delivers the anomalous sign-in almost six hours late: live, the run after its arrival finds the pair because the window reaches back a day.',
    traces: [trace],
    rows: rowsOf(trace, { unique: true, signIn: entry }),
    silent: [],
  }
}

function managedRunCommand(stage: Stage): Scenario {
  const { quill } = PEOPLE
  const entry = signIn(stage, {
    person: quill,
    time: on('Monday', '18:05:12'),
    address: '192.0.2.61',
    country: 'Iceland',
    application: 'Microsoft Azure CLI',
    succeeded: true,
    anomalies: ['ActionUncommonlyPerformedByUser', 'FirstTimeUserConnectedFromCountry'],
    priority: 8,
  })
  const trace = stage.fleet.invoke({
    label: 'attack managed run command',
    time: on('Monday', '21:30:45'),
    machine: machine('prod-kubernetes-node-02'),
    principal: quill,
    script: HOSTILE.steal,
    address: '192.0.2.61',
    managedName: 'cleanup-tmp',
  })
  return {
    id: 'managed-run-command',
    kind: 'attack',
    title: 'Tokens of a Kubernetes node stolen with the managed variant of Run Command',
    story:
      'runCommands/write instead of runCommand/action, three hours after an anomalous sign-in, then the action on an instance of a scale set. A routine script runs on the neighbour node, whose name is equal in its first 15 characters; each must keep its own. An hour later the operator deletes the managed command, which is no execution.',
    traces: [trace],
    rows: [...rowsOf(trace, { signIn: entry }), ...scaleSetRows(stage, entry)],
    silent: [{ rule: 'unique-powershell-script', why: NO_POWERSHELL }],
  }
}

/** Run Command on an instance of a scale set, and the deletion of the managed command: control plane only. */
function scaleSetRows(stage: Stage, entry: Parameters<typeof pairOf>[3]): ExpectedRow[] {
  const random = randomFor('scale set')
  const subscription = SUBSCRIPTIONS.production
  const { quill } = PEOPLE
  const group = `/subscriptions/${subscription.id}/resourceGroups/rg-web-prod/providers/Microsoft.Compute`
  const record = (action: string, displayName: string, resourceId: string, time: number, seconds: number): string => {
    const correlationId = random.guid()
    const stages = [
      { stage: 'Start', time },
      { stage: 'Accept', time: time + 400, substatus: 'Accepted' },
      { stage: 'Success', time: time + seconds * 1000 },
    ] as const
    const address = '192.0.2.61'
    recordOperation(stage.logs, random, {
      subscription,
      action,
      displayName,
      resourceId,
      principal: quill,
      address,
      stages,
      correlationId,
    })
    return correlationId
  }
  const time = on('Monday', '21:36:10')
  const correlationId = record(
    'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommand/action',
    'Run Command on Virtual Machine in a Virtual Machine Scale Set',
    `${group}/virtualMachineScaleSets/vmss-front/virtualMachines/3`,
    time,
    48,
  )
  const node = `/subscriptions/${subscription.id}/resourceGroups/rg-kubernetes/providers/Microsoft.Compute/virtualMachines/prod-kubernetes-node-02`
  record(
    'Microsoft.Compute/virtualMachines/runCommands/delete',
    'Delete Virtual Machine Run Command',
    `${node}/runCommands/cleanup-tmp`,
    on('Monday', '22:40:00'),
    6,
  )
  const cells = { Caller: quill.caller, VirtualMachineName: 'vmss-front_3' }
  return [
    { rule: 'linked-with-mde', key: correlationId, time, cells: { ...cells, DeviceName: '' } },
    pairOf(correlationId, time, cells, entry),
  ]
}
