/**
 * How hunt proves who it is; the words follow the classes of @azure/identity (shared/reference/azure-contract.md F).
 * Everything else that a credential needs comes from the AZURE_* variables of that package, so that a secret never
 * stands in hunt.yaml.
 */
export const CREDENTIALS = [
  'default',
  'environment',
  'workload-identity',
  'managed-identity',
  'azure-cli',
  'azure-powershell',
  'azure-developer-cli',
] as const

export type CredentialKind = (typeof CREDENTIALS)[number]
