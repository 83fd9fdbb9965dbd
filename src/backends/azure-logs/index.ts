export { createAzureLogsBackend } from './azure-logs-backend.ts'
export type { AzureLogsOptions, AzureWorkspace } from './options.ts'
