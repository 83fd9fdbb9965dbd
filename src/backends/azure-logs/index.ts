export { createAzureLogsBackend } from './azure-logs-backend.ts'
export type {
  AzureCloud,
  AzureCloudName,
  AzureCredential,
  AzureCredentialKind,
  AzureLogsOptions,
  AzureWorkspace,
} from './options.ts'
