import { fixedGuid, fixedHex } from './random.ts'

/**
 * The invented company: its tenant, subscriptions, people, service principals and machines. Names are made up, domains are
 * Contoso and Fabrikam, addresses come from the documentation ranges of RFC 5737 and RFC 3849.
 */
export const TENANT = {
  id: fixedGuid('tenant'),
  workspaceId: fixedGuid('workspace'),
  managementGroup: 'CONTOSO-MG',
} as const

/** How the activity log of a subscription reaches the workspace decides the spelling of its records. */
export type Spelling = 'diagnostic-settings' | 'legacy-connector'

export interface Subscription {
  readonly name: string
  readonly id: string
  readonly spelling: Spelling
}

export const SUBSCRIPTIONS = {
  production: { name: 'contoso-production', id: fixedGuid('production'), spelling: 'diagnostic-settings' },
  platform: { name: 'contoso-platform', id: fixedGuid('platform'), spelling: 'diagnostic-settings' },
  fabrikam: { name: 'fabrikam-legacy', id: fixedGuid('fabrikam'), spelling: 'legacy-connector' },
} as const satisfies Readonly<Record<string, Subscription>>

export interface Principal {
  /** `UserPrincipalName`, or the object id of a service principal or managed identity: what `Caller` shows. */
  readonly caller: string
  readonly kind: 'User' | 'ServicePrincipal'
  readonly displayName: string
  readonly objectId: string
  /** Client through which it usually works: the portal, the CLI, or the principal's own application id. */
  readonly appId: string
  /** Usual addresses. */
  readonly addresses: readonly string[]
  readonly role: 'Owner' | 'Contributor' | 'Virtual Machine Contributor'
}

export const CLIENTS = {
  portal: 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c',
  cli: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
  powershell: '1950a258-227b-4e31-a9cf-717495945fc2',
} as const

function user(
  upn: string,
  displayName: string,
  role: Principal['role'],
  appId: string,
  ...addresses: string[]
): Principal {
  return { caller: upn, kind: 'User', displayName, objectId: fixedGuid(upn), appId, addresses, role }
}

function service(displayName: string, role: Principal['role'], ...addresses: string[]): Principal {
  const objectId = fixedGuid(displayName)
  const appId = fixedGuid(`${displayName} application`)
  return { caller: objectId, kind: 'ServicePrincipal', displayName, objectId, appId, addresses, role }
}

/** Office of Contoso: 203.0.113.0/26; VPN: 198.51.100.0/26; pipelines: 198.51.100.192/26. Intruders come from 192.0.2.0/24. */
export const PEOPLE = {
  marlow: user('marlow@contoso.com', 'Robin Marlow', 'Owner', CLIENTS.portal, '203.0.113.14', '198.51.100.21'),
  brandt: user('brandt@contoso.com', 'Kim Brandt', 'Contributor', CLIENTS.portal, '203.0.113.15'),
  keller: user(
    'keller@contoso.com',
    'Sasha Keller',
    'Contributor',
    CLIENTS.powershell,
    '203.0.113.16',
    '198.51.100.23',
  ),
  quill: user('quill@contoso.com', 'Ada Quill', 'Contributor', CLIENTS.cli, '203.0.113.17'),
  sorrel: user('sorrel@contoso.com', 'Noa Sorrel', 'Virtual Machine Contributor', CLIENTS.portal, '203.0.113.18'),
  harrow: user('harrow@contoso.com', 'Jo Harrow', 'Virtual Machine Contributor', CLIENTS.portal, '2001:db8:41::18'),
  tarn: user('tarn@fabrikam.com', 'Lee Tarn', 'Contributor', CLIENTS.cli, '203.0.113.90'),
  odell: user('odell@fabrikam.com', 'Max Odell', 'Owner', CLIENTS.portal, '203.0.113.91'),
} as const

export const SERVICES = {
  patching: service('sp-patching', 'Virtual Machine Contributor', '198.51.100.200'),
  backup: service('sp-backup', 'Virtual Machine Contributor', '198.51.100.201'),
  configuration: service('sp-configuration', 'Contributor', '198.51.100.202'),
  compliance: service('sp-compliance', 'Virtual Machine Contributor', '198.51.100.203'),
  logCollection: service('mi-log-collector', 'Virtual Machine Contributor', '198.51.100.204'),
  legacyDeploy: service('sp-legacy-deploy', 'Contributor', '198.51.100.205'),
  webServer: service('mi-vm-web-04', 'Virtual Machine Contributor', ''),
  policy: service('policy-remediation', 'Contributor', ''),
} as const

export interface Machine {
  /** Name of the VM resource in the casing in which it was created. */
  readonly name: string
  readonly os: 'Windows' | 'Linux'
  readonly subscription: Subscription
  readonly resourceGroup: string
  /** Name under which Defender for Endpoint reports: fully qualified or short, Windows cut to 15 characters. */
  readonly deviceName: string
  readonly deviceId: string
  readonly address: string
}

export function resourceIdOf(machine: Machine): string {
  return `/subscriptions/${machine.subscription.id}/resourceGroups/${machine.resourceGroup}/providers/Microsoft.Compute/virtualMachines/${machine.name}`
}

type Domain = 'corp.contoso.com' | 'lab.fabrikam.com' | ''

const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index + 1).padStart(2, '0')}`)

let lastAddress = 9
function machines(
  os: Machine['os'],
  subscription: Subscription,
  resourceGroup: string,
  domain: Domain,
  names: readonly string[],
): Machine[] {
  return names.map((name) => {
    const host = os === 'Windows' ? name.slice(0, 15) : name
    lastAddress += 1
    return {
      name,
      os,
      subscription,
      resourceGroup,
      // Defender writes domain members with their domain in lower case; machines without one keep their own casing.
      deviceName: domain === '' ? host : `${host}.${domain}`.toLowerCase(),
      deviceId: fixedHex(`device ${name}`, 40),
      address: `10.20.${Math.floor(lastAddress / 250)}.${lastAddress % 250}`,
    }
  })
}

const { production, platform, fabrikam } = SUBSCRIPTIONS

export const MACHINES: readonly Machine[] = [
  ...machines('Windows', production, 'rg-web-prod', 'corp.contoso.com', numbered('vm-web-', 8)),
  ...machines('Windows', production, 'RG-Data-Prod', 'corp.contoso.com', numbered('SQL-PRD-', 6)),
  ...machines('Windows', production, 'rg-app-prod', 'corp.contoso.com', numbered('vm-app-', 8)),
  ...machines('Windows', production, 'rg-app-prod', 'corp.contoso.com', [
    'app-finance-reporting-01',
    'app-payroll-gateway-02',
  ]),
  ...machines('Windows', platform, 'RG-Identity', 'corp.contoso.com', numbered('DC-CONTOSO-', 2)),
  ...machines('Windows', platform, 'rg-files', '', numbered('FS-Prod-', 4)),
  ...machines('Windows', platform, 'rg-jump', '', numbered('vm-jump-', 2)),
  ...machines('Windows', fabrikam, 'rg-lab', 'lab.fabrikam.com', numbered('vm-lab-', 6)),
  ...machines('Linux', production, 'rg-api-prod', 'corp.contoso.com', numbered('lnx-api-', 8)),
  ...machines('Linux', production, 'RG-Data-Prod', 'corp.contoso.com', numbered('lnx-db-', 4)),
  // Two long names that are equal in their first 15 characters: Linux does not cut them.
  ...machines('Linux', production, 'rg-kubernetes', '', ['prod-kubernetes-node-01', 'prod-kubernetes-node-02']),
  ...machines('Linux', platform, 'rg-ci', '', numbered('Lnx-CI-', 4)),
  ...machines('Linux', fabrikam, 'rg-lab', 'lab.fabrikam.com', numbered('lnx-lab-', 4)),
]

export const WINDOWS = MACHINES.filter((machine) => machine.os === 'Windows')
export const LINUX = MACHINES.filter((machine) => machine.os === 'Linux')

export function machine(name: string): Machine {
  const found = MACHINES.find((candidate) => candidate.name === name)
  if (found === undefined) throw new RangeError(`no machine ${name}`)
  return found
}
