/**
 * How hunt proves who it is (shared/reference/azure-contract.md F). Ids and secrets that a credential needs come from the
 * AZURE_* variables of @azure/identity, so that no secret ever stands in hunt.yaml.
 */
export const CREDENTIALS = [
  'default',
  'environment',
  'managed-identity',
  'workload-identity',
  'client-secret',
  'certificate',
  'azure-cli',
  'azure-powershell',
  'azure-developer-cli',
] as const

export type CredentialKind = (typeof CREDENTIALS)[number]
