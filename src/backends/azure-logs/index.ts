export { createAzureLogsBackend } from './azure-logs-backend.ts'
export type { AzureCloud, AzureCredential, AzureCredentialKind, AzureLogsOptions, AzureWorkspace } from './options.ts'
