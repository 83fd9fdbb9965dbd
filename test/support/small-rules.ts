/** Two rules, a hunting query and a few log lines: enough for every path through the program, and quick. */
const head = (id: string, name: string) => `id: ${id}
name: ${name}
description: |
  Made for a test.
requiredDataConnectors: []
`

export const SIGN_IN_RULE = `${head('aaaaaaaa-0000-4000-8000-000000000001', 'Sign-in from afar')}severity: High
kind: Scheduled
version: 1.0.0
queryFrequency: 1h
queryPeriod: 1d
triggerOperator: gt
triggerThreshold: 0
tactics: [InitialAccess]
relevantTechniques: [T1078]
query: |
  SigninLogs
  | where Location == "IS"
  | project TimeGenerated, UserPrincipalName, IPAddress
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAddress
eventGroupingSettings:
  aggregationKind: AlertPerResult
alertDetailsOverride:
  alertDisplayNameFormat: Sign-in of {{UserPrincipalName}} from afar
`

export const HUNTING_QUERY = `${head('bbbbbbbb-0000-4000-8000-000000000002', 'Sign-ins by country')}tactics: [InitialAccess]
relevantTechniques: [T1078]
query: |
  SigninLogs
  | summarize Count = count() by Location
`

/** Uses what the embedded engine refuses. */
export const UNSUPPORTED_RULE = SIGN_IN_RULE.replace(/aaaaaaaa/, 'cccccccc')
  .replace('Sign-in from afar', 'Refused by the engine')
  .replace(/query: \|\n(  .*\n)+/, 'query: |\n  SigninLogs | evaluate autocluster()\n')

export const SIGN_INS = [
  {
    TimeGenerated: '2026-03-02T08:00:00Z',
    UserPrincipalName: 'alice@contoso.com',
    IPAddress: '192.0.2.1',
    Location: 'DE',
  },
  {
    TimeGenerated: '2026-03-02T09:00:00Z',
    UserPrincipalName: 'mallory@contoso.com',
    IPAddress: '192.0.2.7',
    Location: 'IS',
  },
  {
    TimeGenerated: '2026-03-02T09:30:00Z',
    UserPrincipalName: 'eve@contoso.com',
    IPAddress: '192.0.2.8',
    Location: 'IS',
  },
  {
    TimeGenerated: '2026-03-04T09:30:00Z',
    UserPrincipalName: 'late@contoso.com',
    IPAddress: '192.0.2.9',
    Location: 'IS',
  },
]
  .map((row) => `${JSON.stringify(row)}\n`)
  .join('')

/** The files of a working directory: rules under `queries`, logs under `logs`. */
export const SMALL_FOLDER = {
  'queries/sign-in-from-afar.yaml': SIGN_IN_RULE,
  'queries/sign-ins-by-country.yaml': HUNTING_QUERY,
  'logs/SigninLogs.ndjson': SIGN_INS,
}
